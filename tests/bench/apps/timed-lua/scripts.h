#ifndef SCRIPTS_H
#define SCRIPTS_H

/* Lua's work, as the text of programs. */
extern char lua_fib[], lua_sort[], lua_strings[];

#endif
