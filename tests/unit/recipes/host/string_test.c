/* string.h against the host's, on random bytes: few different ones, so that searches find something. */

#include "host.h"

#include "machine.h"

void *tested_memcpy(void *to, const void *from, size_t length);
void *tested_memmove(void *to, const void *from, size_t length);
void *tested_memset(void *to, int byte, size_t length);
int tested_memcmp(const void *left, const void *right, size_t length);
void *tested_memchr(const void *bytes, int byte, size_t length);
size_t tested_strlen(const char *text);
char *tested_strcpy(char *to, const char *from);
char *tested_strncpy(char *to, const char *from, size_t length);
char *tested_strcat(char *to, const char *from);
char *tested_strncat(char *to, const char *from, size_t length);
int tested_strcmp(const char *left, const char *right);
int tested_strncmp(const char *left, const char *right, size_t length);
char *tested_strchr(const char *text, int byte);
char *tested_strrchr(const char *text, int byte);
size_t tested_strspn(const char *text, const char *accepted);
size_t tested_strcspn(const char *text, const char *refused);
char *tested_strpbrk(const char *text, const char *accepted);
char *tested_strstr(const char *text, const char *part);
char *tested_strtok(char *text, const char *separators);
char *tested_strerror(int number);

enum { ROUNDS = 50000, SIZE = 200, TEXT_SIZE = 40 };

void machine_end(enum ending how, uint8_t status)
{
	CHECK(0, "ended with %c %d", how, status);
	exit(1);
}

static void fill_random(char *bytes, size_t length)
{
	static const char alphabet[] = {0, 'a', 'b', 'c', (char)0x80, (char)0xff};

	for (size_t i = 0; i < length; i++)
		bytes[i] = alphabet[random_below(sizeof(alphabet))];
}

/* A text on the heap, of exactly its size, so that the sanitizer sees a read past its end. */
static char *random_text(void)
{
	size_t length = random_below(random_below(2) ? TEXT_SIZE : 4);
	char *text = malloc(length + 1);

	for (size_t i = 0; i < length; i++)
		text[i] = "ab,\xff"[random_below(4)];
	text[length] = '\0';
	return text;
}

static int sign(int number)
{
	return (number > 0) - (number < 0);
}

/* One call of each library on equal copies; the results as distances from the start. */
#define COMPARE_COPY(call, ...)                                                                   \
	do {                                                                                      \
		char ours[SIZE], theirs[SIZE];                                                    \
		memcpy(ours, bytes, SIZE);                                                        \
		memcpy(theirs, bytes, SIZE);                                                      \
		char *our_result = tested_##call(ours + to, __VA_ARGS__(ours));                   \
		char *their_result = call(theirs + to, __VA_ARGS__(theirs));                      \
		CHECK(our_result - ours == their_result - theirs, #call " returns another place"); \
		CHECK(!memcmp(ours, theirs, SIZE), #call " leaves other bytes");                  \
	} while (0)

static void compare_memory(void)
{
	char bytes[SIZE], other[SIZE];
	size_t to = random_below(SIZE / 2), from = random_below(SIZE / 2), length = random_below(SIZE / 2);
	int byte = (int)random_below(1000) - 500;

	fill_random(bytes, SIZE);
	memcpy(other, bytes, SIZE);
	if (random_below(2))
		other[random_below(SIZE)] ^= 0x80;
#define FROM(copy) (copy) + from, length
#define OTHER(copy) other + from, length
#define BYTE(copy) byte, length
	COMPARE_COPY(memmove, FROM);
	COMPARE_COPY(memcpy, OTHER);
	COMPARE_COPY(memset, BYTE);
	CHECK(sign(tested_memcmp(bytes, other, length)) == sign(memcmp(bytes, other, length)), "memcmp");
	CHECK(tested_memchr(bytes, byte, length) == memchr(bytes, byte, length), "memchr of %d", byte);
}

static void compare_text(void)
{
	char *left = random_text(), *right = random_text(), bytes[SIZE];
	size_t to = 0, length = random_below(TEXT_SIZE + 4);
	int byte = "ab,\xff\0x"[random_below(6)] + 256 * (int)random_below(2);

	CHECK(tested_strlen(left) == strlen(left), "strlen");
	CHECK(sign(tested_strcmp(left, right)) == sign(strcmp(left, right)), "strcmp of [%s] [%s]", left, right);
	CHECK(sign(tested_strncmp(left, right, length)) == sign(strncmp(left, right, length)), "strncmp");
	CHECK(tested_strchr(left, byte) == strchr(left, byte), "strchr of %d in [%s]", byte, left);
	CHECK(tested_strrchr(left, byte) == strrchr(left, byte), "strrchr of %d in [%s]", byte, left);
	CHECK(tested_strspn(left, right) == strspn(left, right), "strspn of [%s] [%s]", left, right);
	CHECK(tested_strcspn(left, right) == strcspn(left, right), "strcspn of [%s] [%s]", left, right);
	CHECK(tested_strpbrk(left, right) == strpbrk(left, right), "strpbrk of [%s] [%s]", left, right);
	CHECK(tested_strstr(left, right) == strstr(left, right), "strstr of [%s] [%s]", left, right);
	memset(bytes, '~', SIZE);
	strcpy(bytes, left);
#define TEXT(copy) right
#define BOUNDED(copy) right, length
	COMPARE_COPY(strcpy, TEXT);
	COMPARE_COPY(strncpy, BOUNDED);
	COMPARE_COPY(strcat, TEXT);
	COMPARE_COPY(strncat, BOUNDED);
	free(left);
	free(right);
}

static void compare_tokens(void)
{
	char *ours = random_text(), *theirs = strdup(ours), *our_token, *their_token;
	const char *separators = random_below(2) ? "," : "a,";

	our_token = tested_strtok(ours, separators);
	their_token = strtok(theirs, separators);
	/* Once more after the end: it must stay the end. */
	for (unsigned ends = 0; ends < 2; ends += !their_token) {
		CHECK(!our_token == !their_token, "strtok ends elsewhere");
		CHECK(!our_token || our_token - ours == their_token - theirs, "strtok gives another place");
		CHECK(!our_token || !strcmp(our_token, their_token), "strtok gives [%s], not [%s]", our_token, their_token);
		our_token = tested_strtok(NULL, separators);
		their_token = strtok(NULL, separators);
	}
	free(ours);
	free(theirs);
}

int main(void)
{
	for (unsigned i = 0; i < ROUNDS; i++) {
		compare_memory();
		compare_text();
		compare_tokens();
	}
	CHECK(strcmp(tested_strerror(12), tested_strerror(9999)), "strerror knows ENOMEM");
	puts("same");
	return 0;
}
