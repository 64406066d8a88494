#ifndef STDIO_H
#define STDIO_H

/*
 * ISO C11, section 7.21, and POSIX. A program that opens no file has three streams that are the console; nothing is held
 * back there: what a call writes is on the console when it returns. In one that does, files are buffered, the console still is
 * not, and exit writes what is held back. Context: thread.
 */

#define __need_size_t
#define __need_NULL
#include <stddef.h>

#define EOF (-1)
#define BUFSIZ 4096
#define FOPEN_MAX 256
#define FILENAME_MAX 4096
#define TMP_MAX 10000
#define L_tmpnam 20

#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2

#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2

typedef struct nolibc_stream FILE;
typedef long fpos_t;
#ifndef NOLIBC_OFF_T
#define NOLIBC_OFF_T
typedef long off_t;
#endif
#ifndef NOLIBC_SSIZE_T
#define NOLIBC_SSIZE_T
typedef long ssize_t;
#endif

extern FILE nolibc_stdin, nolibc_stdout, nolibc_stderr;
#define stdin (&nolibc_stdin)
#define stdout (&nolibc_stdout)
#define stderr (&nolibc_stderr)

/*
 * Formats. There is every flag, width, precision and length of ISO C for d i u o x X c s p %, and for a A e E f F g G,
 * which the composer links if a format of the program has one or cannot be seen. There are no wide characters and no %n: at a
 * conversion that does not exist, the rest of the format is printed as it stands and no further argument is
 * fetched, so nothing wrong is printed. Null for %s prints (null). More than INT_MAX bytes: -1.
 */
int printf(const char *restrict format, ...);
int fprintf(FILE *restrict stream, const char *restrict format, ...);
int sprintf(char *restrict buffer, const char *restrict format, ...);
int snprintf(char *restrict buffer, size_t size, const char *restrict format, ...);
int dprintf(int descriptor, const char *restrict format, ...);
int vprintf(const char *restrict format, __builtin_va_list arguments);
int vfprintf(FILE *restrict stream, const char *restrict format, __builtin_va_list arguments);
int vsprintf(char *restrict buffer, const char *restrict format, __builtin_va_list arguments);
int vsnprintf(char *restrict buffer, size_t size, const char *restrict format, __builtin_va_list arguments);
int vdprintf(int descriptor, const char *restrict format, __builtin_va_list arguments);
/* `*text` is a new block, or null where the result is -1. */
int asprintf(char **restrict text, const char *restrict format, ...);
int vasprintf(char **restrict text, const char *restrict format, __builtin_va_list arguments);

/* Of integers out of range the nearest limit is stored. A float of more than 511 characters is cut. */
int scanf(const char *restrict format, ...);
int fscanf(FILE *restrict stream, const char *restrict format, ...);
int sscanf(const char *restrict text, const char *restrict format, ...);
int vscanf(const char *restrict format, __builtin_va_list arguments);
int vfscanf(FILE *restrict stream, const char *restrict format, __builtin_va_list arguments);
int vsscanf(const char *restrict text, const char *restrict format, __builtin_va_list arguments);

int puts(const char *text);
int putchar(int byte);
int putc(int byte, FILE *stream);
int fputc(int byte, FILE *stream);
int fputs(const char *restrict text, FILE *restrict stream);
size_t fwrite(const void *restrict bytes, size_t size, size_t count, FILE *restrict stream);
int fflush(FILE *stream);
void perror(const char *text);

/* The console is read byte by byte, so that what a program does not ask for stays there. */
int getchar(void);
int getc(FILE *stream);
int fgetc(FILE *stream);
int ungetc(int byte, FILE *stream); /* one byte */
char *fgets(char *restrict buffer, int size, FILE *restrict stream);
size_t fread(void *restrict bytes, size_t size, size_t count, FILE *restrict stream);
/* `*line` is null or a block of `*size` bytes, which grows. The bytes of the line, or -1 at the end or without memory. */
ssize_t getline(char **restrict line, size_t *restrict size, FILE *restrict stream);
ssize_t getdelim(char **restrict line, size_t *restrict size, int last, FILE *restrict stream);
int feof(FILE *stream);
int ferror(FILE *stream);
void clearerr(FILE *stream);

/* On the console without effect. */
int setvbuf(FILE *restrict stream, char *restrict buffer, int mode, size_t size);
void setbuf(FILE *restrict stream, char *restrict buffer);
int fileno(FILE *stream);

FILE *fopen(const char *restrict path, const char *restrict mode);
FILE *freopen(const char *restrict path, const char *restrict mode, FILE *restrict stream);
FILE *fdopen(int descriptor, const char *mode);
FILE *tmpfile(void);
/* A path in /tmp that names nothing now, in `buffer` of L_tmpnam bytes, or in one that the next call reuses. */
char *tmpnam(char *buffer);
int fclose(FILE *stream);
int fseek(FILE *stream, long offset, int whence);
int fseeko(FILE *stream, off_t offset, int whence);
long ftell(FILE *stream);
off_t ftello(FILE *stream);
void rewind(FILE *stream);
int fgetpos(FILE *restrict stream, fpos_t *restrict place);
int fsetpos(FILE *stream, const fpos_t *place);
int remove(const char *path);
int rename(const char *old_path, const char *new_path);

#endif
