#include <stddef.h>

/* As sources have it that are written for one header and bring their own declarations. */
int regcomp(void *pattern, const char *text, int flags);

static int matches(const char *text)
{
	static char pattern[256];

	return regcomp(pattern, text, 0);
}

int main(int argc, char **argv)
{
	return argc == 1 ? matches("a*") : matches(argv[1]);
}
