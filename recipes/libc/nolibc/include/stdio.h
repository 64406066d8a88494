#ifndef STDIO_H
#define STDIO_H

/*
 * ISO C11, section 7.21, as far as it goes without files. All output streams are the console and
 * nothing is held back: what a call writes is on the console when it returns. Context: thread.
 */

#define __need_size_t
#define __need_NULL
#include <stddef.h>

#define EOF (-1)

typedef struct nolibc_stream FILE;

extern FILE nolibc_stdin, nolibc_stdout, nolibc_stderr;
#define stdin (&nolibc_stdin)
#define stdout (&nolibc_stdout)
#define stderr (&nolibc_stderr)

/*
 * Formats. There is every flag, width, precision and length of ISO C for d i u o x X c s p %.
 * There are no floats, no wide characters and no %n: at a conversion that does not exist, the rest of
 * the format is printed as it stands and no further argument is fetched, so nothing wrong is printed.
 * Null for %s prints (null). More than INT_MAX bytes: -1.
 */
int printf(const char *restrict format, ...);
int fprintf(FILE *restrict stream, const char *restrict format, ...);
int vprintf(const char *restrict format, __builtin_va_list arguments);
int vfprintf(FILE *restrict stream, const char *restrict format, __builtin_va_list arguments);
int sprintf(char *restrict buffer, const char *restrict format, ...);
int snprintf(char *restrict buffer, size_t size, const char *restrict format, ...);
int vsprintf(char *restrict buffer, const char *restrict format, __builtin_va_list arguments);
int vsnprintf(char *restrict buffer, size_t size, const char *restrict format, __builtin_va_list arguments);

int puts(const char *text);
int putchar(int byte);
int putc(int byte, FILE *stream);
int fputc(int byte, FILE *stream);
int fputs(const char *restrict text, FILE *restrict stream);
size_t fwrite(const void *restrict bytes, size_t size, size_t count, FILE *restrict stream);
int fflush(FILE *stream);

/* Input is read byte by byte, so that what a program does not ask for stays on the console. */
int getchar(void);
int getc(FILE *stream);
int fgetc(FILE *stream);
char *fgets(char *restrict buffer, int size, FILE *restrict stream);
int feof(FILE *stream);
int ferror(FILE *stream);

#endif
