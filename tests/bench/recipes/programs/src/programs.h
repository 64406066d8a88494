#ifndef PROGRAMS_H
#define PROGRAMS_H

/* The mains of programs of others. */
int lua_main(int count, char **words);
int minigzip_main(int count, char **words);
int speedtest_main(int count, char **words);

/* Write a file of 4 MiB that packs about as well as text does, the same each time. Ends the program if it cannot. */
void write_text(const char *path);

/* Lua's work, as the text of programs. */
extern char lua_fib[], lua_sort[], lua_strings[];

#endif
