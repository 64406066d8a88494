/*
 * Streams over the host's files: random calls on a stream of nolibc and on one of the host's, each with a file of its own;
 * after each call both are at one place, know the same, and in the end the files are equal. The argument is a folder.
 */

#include "host.h"

#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

#include "sys_calls.h"

typedef struct nolibc_stream STREAM;

STREAM *tested_fopen(const char *, const char *);
int tested_fclose(STREAM *);
int tested_fgetc(STREAM *);
int tested_ungetc(int, STREAM *);
int tested_fputs(const char *, STREAM *);
char *tested_fgets(char *, int, STREAM *);
size_t tested_fread(void *, size_t, size_t, STREAM *);
size_t tested_fwrite(const void *, size_t, size_t, STREAM *);
int tested_fseek(STREAM *, long, int);
long tested_ftell(STREAM *);
void tested_rewind(STREAM *);
int tested_fflush(STREAM *);
int tested_feof(STREAM *);
int tested_ferror(STREAM *);
int tested_setvbuf(STREAM *, char *, int, size_t);
int tested_fprintf(STREAM *, const char *, ...);
int tested_fscanf(STREAM *, const char *, ...);
long tested_getline(char **, size_t *, STREAM *);
STREAM *tested_freopen(const char *, const char *, STREAM *);
int tested_puts(const char *);
int tested_atexit(void (*)(void));
_Noreturn void tested_exit(int);
extern STREAM tested_nolibc_stdout;
extern int tested_errno;
void nolibc_streams_start(void);

/* The system calls that streams make, of the host. */
static long result_of(long result)
{
	return result < 0 ? -errno : result;
}

static size_t largest = SIZE_MAX; /* bytes that one call transfers */

long sys_read(int descriptor, void *bytes, size_t size)
{
	return result_of(read(descriptor, bytes, size < largest ? size : largest));
}

long sys_write(int descriptor, const void *bytes, size_t size)
{
	return result_of(write(descriptor, bytes, size < largest ? size : largest));
}

long sys_lseek(int descriptor, int64_t offset, int whence)
{
	return result_of(lseek(descriptor, offset, whence));
}

long sys_openat(int folder, const char *path, int flags, uint32_t mode)
{
	return result_of(openat(folder, path, flags, mode));
}

long sys_close(int descriptor)
{
	return result_of(close(descriptor));
}

long sys_dup3(int descriptor, int wanted, int flags)
{
	return result_of(flags ? -1 : dup2(descriptor, wanted));
}

long sys_fcntl(int descriptor, int command, uintptr_t argument)
{
	return result_of(fcntl(descriptor, command, argument));
}

/* Of nolibc-calls, which is not here; nothing asks for it. */
int tested_mkstemp(char *pattern)
{
	return mkstemp(pattern);
}

long sys_unlinkat(int folder, const char *path, int flags)
{
	return result_of(unlinkat(folder, path, flags));
}

/* The heap's, of the host. */
void *tested_malloc(size_t size)
{
	return malloc(size);
}

void *tested_calloc(size_t count, size_t size)
{
	return calloc(count, size);
}

void *tested_realloc(void *block, size_t size)
{
	return realloc(block, size);
}

void *tested_aligned_alloc(size_t alignment, size_t size)
{
	return aligned_alloc(alignment, size);
}

void tested_free(void *block)
{
	free(block);
}

static char our_path[200], their_path[200];

static size_t content_of(const char *path, char *bytes, size_t size)
{
	int descriptor = open(path, O_RDONLY);
	ssize_t length;

	CHECK(descriptor >= 0, "open %s", path);
	length = read(descriptor, bytes, size);
	CHECK(length >= 0, "read %s", path);
	close(descriptor);
	return (size_t)length;
}

static void compare_files(const char *when)
{
	static char ours[1 << 20], theirs[1 << 20];
	size_t our_length = content_of(our_path, ours, sizeof(ours)), their_length = content_of(their_path, theirs, sizeof(theirs));

	CHECK(our_length == their_length && !memcmp(ours, theirs, our_length), "the files differ %s: %zu and %zu bytes", when,
		our_length, their_length);
}

enum { BLOCK = 10000 };

static char our_block[BLOCK], their_block[BLOCK];

static size_t random_size(void)
{
	return random_below(random_below(3) ? 50 : BLOCK);
}

static void fill_blocks(size_t size)
{
	for (size_t i = 0; i < size; i++)
		our_block[i] = their_block[i] = "abc \n0123456789"[random_below(15)];
}

static void write_something(STREAM *ours, FILE *theirs)
{
	size_t size = random_size();

	switch (random_below(3)) {
	case 0:
		fill_blocks(size);
		CHECK(tested_fwrite(our_block, 1, size, ours) == fwrite(their_block, 1, size, theirs), "fwrite of %zu", size);
		break;
	case 1:
		CHECK((tested_fputs("a line\n", ours) < 0) == (fputs("a line\n", theirs) < 0), "fputs");
		break;
	default:
		CHECK(tested_fprintf(ours, "%*d|%s\n", (int)size, 5, "x") == fprintf(theirs, "%*d|%s\n", (int)size, 5, "x"), "fprintf");
	}
}

static void read_something(STREAM *ours, FILE *theirs)
{
	size_t size = random_size(), our_count;
	int ours_found, theirs_found, our_number = 0, their_number = 0;

	memset(our_block, 0, sizeof(our_block));
	memset(their_block, 0, sizeof(their_block));
	switch (random_below(5)) {
	case 0:
		our_count = tested_fread(our_block, 3, size / 3, ours);
		CHECK(our_count == fread(their_block, 3, size / 3, theirs), "fread of %zu", size);
		break;
	case 1:
		CHECK(!tested_fgets(our_block, (int)size + 1, ours) == !fgets(their_block, (int)size + 1, theirs), "fgets of %zu", size);
		break;
	case 2:
		ours_found = tested_fgetc(ours);
		CHECK(ours_found == fgetc(theirs), "fgetc");
		if (ours_found >= 0 && random_below(2))
			CHECK(tested_ungetc('U', ours) == 'U' && ungetc('U', theirs) == 'U' && tested_fgetc(ours) == 'U' && fgetc(theirs) == 'U', "ungetc");
		break;
	case 3:
		ours_found = tested_fscanf(ours, "%8d", &our_number);
		theirs_found = fscanf(theirs, "%8d", &their_number);
		CHECK(ours_found == theirs_found && our_number == their_number, "fscanf: %d %d, not %d %d", ours_found, our_number,
			theirs_found, their_number);
		break;
	default: {
		char *our_line = NULL, *their_line = NULL;
		size_t our_size = 0, their_size = 0;
		long length = tested_getline(&our_line, &our_size, ours);

		CHECK(length == getline(&their_line, &their_size, theirs), "getline gives %ld", length);
		CHECK(length < 0 || !memcmp(our_line, their_line, (size_t)length + 1), "getline's text");
		free(our_line);
		free(their_line);
	}
	}
	CHECK(!memcmp(our_block, their_block, sizeof(our_block)), "something else was read");
}

/*
 * Only to places that there are: of others ISO C says little, and the host does not always stay where it was. Where one
 * is in a file to which is appended, ISO C leaves open.
 */
static void seek_somewhere(STREAM *ours, FILE *theirs, bool appends)
{
	int whence = appends ? SEEK_SET : (int)random_below(3);
	long before = tested_ftell(ours), offset = (long)random_below(3000);

	CHECK(tested_fseek(ours, -1, SEEK_SET) == -1 && tested_ftell(ours) == before, "a place before the file");
	if (whence == SEEK_CUR)
		offset -= before < 1500 ? before : 1500;
	CHECK(tested_fseek(ours, offset, whence) == 0 && fseek(theirs, offset, whence) == 0, "fseek by %ld from %d", offset, whence);
}

static void run_model(const char *mode)
{
	STREAM *ours;
	FILE *theirs;
	bool reads = mode[0] == 'r' || strchr(mode, '+'), writes = mode[0] != 'r' || strchr(mode, '+');
	int last = 0; /* 1: it was read from, 2: written to */

	ours = tested_fopen(our_path, mode);
	theirs = fopen(their_path, mode);
	CHECK(ours && theirs, "fopen for %s", mode);
	largest = random_below(3) ? SIZE_MAX : 1 + random_below(1000);
	if (random_below(4) == 0) {
		int buffering = (int)random_below(3);

		CHECK(tested_setvbuf(ours, NULL, buffering, BUFSIZ) == setvbuf(theirs, NULL, buffering, BUFSIZ), "setvbuf");
	}
	for (unsigned i = 0; i < 60; i++) {
		unsigned what = (unsigned)random_below(4);

		/* ISO C asks for a place to be set between reading and writing. */
		if (what >= 2 || (what == 0 && last == 2) || (what == 1 && last == 1)) {
			seek_somewhere(ours, theirs, mode[0] == 'a');
			last = 0;
		} else if (what == 0 && reads) {
			read_something(ours, theirs);
			last = 1;
		} else if (what == 1 && writes) {
			write_something(ours, theirs);
			last = 2;
		}
		/* What is appended goes to the end, so that until it is written the places are the libraries' own affair. */
		if (mode[0] != 'a')
			CHECK(tested_ftell(ours) == ftell(theirs), "ftell gives %ld, not %ld, after %u for %s", tested_ftell(ours), ftell(theirs), what, mode);
		CHECK(!tested_feof(ours) == !feof(theirs), "feof");
		CHECK(!tested_ferror(ours) && !ferror(theirs), "ferror");
		if (random_below(10) == 0 && last != 1) {
			CHECK(tested_fflush(ours) == 0 && fflush(theirs) == 0, "fflush");
			compare_files("after fflush");
		}
	}
	CHECK(tested_fclose(ours) == 0 && fclose(theirs) == 0, "fclose");
	compare_files("at the end");
}

static void check_refusals(void)
{
	STREAM *stream;

	CHECK(!tested_fopen(our_path, "x") && tested_errno == EINVAL, "a mode that is none");
	CHECK(!tested_fopen("/none/at/all", "r") && tested_errno == ENOENT, "a file that is none");
	CHECK(!tested_fopen(our_path, "wx") && tested_errno == EEXIST, "a file that is there");
	stream = tested_fopen(our_path, "r");
	CHECK(tested_fputs("x", stream) == EOF && tested_errno == EBADF && tested_ferror(stream), "writing where one reads");
	CHECK(tested_fclose(stream) == 0, "fclose");
	stream = tested_fopen(our_path, "w");
	CHECK(tested_fgetc(stream) == EOF && tested_ferror(stream) && !tested_feof(stream), "reading where one writes");
	CHECK(tested_fclose(stream) == 0, "fclose");
	stream = tested_fopen("/dev/full", "w");
	CHECK(tested_fputs("held back", stream) == 0 && tested_fflush(stream) == EOF && tested_errno == ENOSPC, "a full device");
	CHECK(tested_fclose(stream) == 0, "what could not be written is gone");
}

static unsigned endings;

static void second_ending(void)
{
	CHECK(endings++ == 1, "functions of atexit run in the wrong order");
}

static void first_ending(void)
{
	CHECK(endings++ == 0, "functions of atexit run in the wrong order");
	CHECK(tested_fprintf(&tested_nolibc_stdout, "last words\n") == 11, "writing at the end");
}

void machine_end(enum ending how, uint8_t status)
{
	char text[100] = "";

	CHECK(how == ENDING_EXIT && status == 3, "ended with %c %d", how, status);
	CHECK(endings == 2, "%u functions ran", endings);
	content_of(our_path, text, sizeof(text) - 1);
	CHECK(!strcmp(text, "held back until the end\nlast words\n"), "exit left [%s]", text);
	puts("same");
	fflush(stdout);
	_exit(0);
}

/* Standard output goes to a file from here on, so this comes last. */
static void check_exit(void)
{
	int kept = dup(1);

	nolibc_streams_start();
	CHECK(tested_atexit(second_ending) == 0 && tested_atexit(first_ending) == 0, "atexit");
	CHECK(tested_freopen(our_path, "w", &tested_nolibc_stdout) == &tested_nolibc_stdout, "freopen");
	stdout = fdopen(kept, "w");
	CHECK(tested_puts("held back until the end") >= 0, "puts");
	tested_exit(3);
}

int main(int argc, char **argv)
{
	static const char *const modes[] = {"w", "w+", "r", "r+", "a", "a+", "rb", "wb+"};

	CHECK(argc > 1, "a folder");
	snprintf(our_path, sizeof(our_path), "%s/ours", argv[1]);
	snprintf(their_path, sizeof(their_path), "%s/theirs", argv[1]);
	run_model("w");
	for (unsigned i = 0; i < 400; i++)
		run_model(modes[random_below(8)]);
	largest = SIZE_MAX;
	check_refusals();
	check_exit();
}
