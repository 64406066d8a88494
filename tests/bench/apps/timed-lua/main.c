#include <stddef.h>

#include "scripts.h"
#include "timed.h"

int lua_main(int count, char **words);

int main(void)
{
	static const struct timed_program scripts[] = {
		{"lua-fib", lua_main, NULL, 15, {"lua", "-e", lua_fib}},
		{"lua-sort", lua_main, NULL, 15, {"lua", "-e", lua_sort}},
		{"lua-strings", lua_main, NULL, 15, {"lua", "-e", lua_strings}},
	};
	timed_shift();
	return timed_run(scripts, sizeof(scripts) / sizeof(*scripts));
}
