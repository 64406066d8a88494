#include <unistd.h>

#include "text.h"
#include "timed.h"

int minigzip_main(int count, char **words);

static char text[] = "/text", packed[] = "/text.gz";

/* The text is removed by who packs it. */
static void prepare(void)
{
	unlink(packed);
	write_text(text);
}

int main(void)
{
	static const struct timed_program minigzip = {"minigzip", minigzip_main, prepare, 3, {"minigzip", text}};
	timed_shift();
	return timed_run(&minigzip, 1);
}
