/* Signals of a process to itself; the endings are seen in children. */

#include "host.h"

#include "machine.h"
#include "posix_time.h"
#include "sys_calls.h"
#include "wait.h"

#include <setjmp.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

enum { USER_1 = 10, USER_2 = 12, ABORT = 6, TERMINATE = 15, KILL = 9, STOP = 19, CHILD = 17, REAL_TIME = 40 };
enum { BLOCK, UNBLOCK, SET };
enum { INFO = 4, ON_STACK = 0x08000000, NO_MASK = 0x40000000 };
#define RESET UINT64_C(0x80000000)

struct info {
	int number, error, code, padding, process;
	unsigned user;
	uintptr_t value;
	uint64_t rest[12];
};

static char seen[64];
static uint64_t mask_seen;
static struct info info_seen;
static uintptr_t stack_seen;
static _Alignas(16) char stack[65536];
static jmp_buf out;

/* The child's status tells the ending. */
_Noreturn void machine_end(enum ending how, uint8_t status)
{
	_exit(how == ENDING_EXIT ? status : how == ENDING_ABORT ? 1 : 2);
}

void *tested_memcpy(void *to, const void *from, size_t length)
{
	return memcpy(to, from, length);
}

void *tested_memmove(void *to, const void *from, size_t length)
{
	return memmove(to, from, length);
}

void *tested_memset(void *to, int byte, size_t length)
{
	return memset(to, byte, length);
}

/* What another thread sends while this one waits; 0: there is none. */
static int sent_meanwhile;

enum wait_result wait_on(struct wait_queue *queue, uint64_t deadline)
{
	int number = sent_meanwhile;

	CHECK(queue->first == NULL, "nobody else waits");
	if (!number)
		return deadline == WAIT_FOREVER ? WAIT_DEADLOCK : WAIT_TIMED_OUT;
	sent_meanwhile = 0;
	sys_kill(1, number);
	return WAIT_WOKEN;
}

uint64_t time_after(const struct sys_timespec *length)
{
	return time_nanoseconds(length);
}

static uint64_t bit(int number)
{
	return UINT64_C(1) << (number - 1);
}

static void note(int number)
{
	size_t length = strlen(seen);

	snprintf(seen + length, sizeof(seen) - length, "%d ", number);
	CHECK(sys_rt_sigprocmask(BLOCK, NULL, &mask_seen, 8) == 0, "the mask");
}

static void note_info(int number, struct info *info, void *context)
{
	int here;

	note(number);
	CHECK(info && !context, "what a handler gets");
	info_seen = *info;
	stack_seen = (uintptr_t)&here;
}

static void send_again(int number)
{
	note(number);
	if (strlen(seen) < 9)
		CHECK(sys_kill(1, number) == 0, "kill");
	note(0);
}

static void jump(int number)
{
	note(number);
	longjmp(out, 1);
}

static void set(int number, void (*handler)(int), uint64_t flags, uint64_t mask)
{
	struct sys_sigaction action = {.handler = handler, .flags = flags, .mask = mask};

	CHECK(sys_rt_sigaction(number, &action, NULL, 8) == 0, "sigaction");
}

static void saw(const char *expected)
{
	CHECK(!strcmp(seen, expected), "saw '%s', not '%s'", seen, expected);
	seen[0] = '\0';
}

static void check_handlers(void)
{
	set(USER_1, note, 0, bit(USER_2));
	CHECK(sys_kill(0, USER_1) == 0, "kill");
	saw("10 ");
	CHECK(mask_seen == (bit(USER_1) | bit(USER_2)), "the mask of a handler: %#llx", (unsigned long long)mask_seen);
	set(USER_1, note, NO_MASK, 0);
	CHECK(sys_tkill(1, USER_1) == 0 && mask_seen == 0, "no mask");
	saw("10 ");
	CHECK(sys_kill(-1, USER_1) == 0, "kill of all, or of group 1");
	saw("10 ");
	CHECK(sys_kill(-1, 65) == -SYS_EINVAL && sys_kill(-2, USER_1) == -SYS_ESRCH, "no signal, no such group");
	set(USER_1, send_again, 0, 0);
	CHECK(sys_tgkill(1, 1, USER_1) == 0, "tgkill");
	saw("10 0 10 0 10 0 "); /* it waits until its handler has returned */
	set(USER_1, send_again, NO_MASK, 0);
	CHECK(sys_tgkill(1, 1, USER_1) == 0, "tgkill");
	saw("10 10 10 0 0 0 ");
	set(USER_1, (void (*)(int))(uintptr_t)note_info, INFO, 0);
	CHECK(sys_tkill(1, USER_1) == 0, "tkill");
	saw("10 ");
	CHECK(info_seen.number == USER_1 && info_seen.code == -6 && info_seen.process == 1, "info of tkill");
	CHECK(sys_rt_sigqueueinfo(1, USER_1, &(struct info){.code = -1, .value = 77}) == 0, "sigqueue");
	CHECK(info_seen.code == -1 && info_seen.value == 77, "info of sigqueue");
	saw("10 ");
	set(CHILD, NULL, 0, 0);
	CHECK(sys_kill(1, CHILD) == 0, "ignored by default");
	set(TERMINATE, (void (*)(int))1, 0, 0);
	CHECK(sys_kill(1, TERMINATE) == 0, "ignored");
	saw("");
}

static long queue(int number, uintptr_t value)
{
	return sys_rt_sigqueueinfo(1, number, &(struct info){.code = -1, .value = value});
}

/* Real-time signals come as often as they were sent, in their order, and others once. */
static void check_queue(void)
{
	enum { ROOM = 33, LOWER = REAL_TIME - 1 };
	uint64_t all = UINT64_MAX, none = 0, wanted = bit(REAL_TIME), pending;
	struct info info;

	set(USER_1, note, 0, 0);
	set(LOWER, note, 0, 0);
	set(REAL_TIME, (void (*)(int))(uintptr_t)note_info, INFO, 0);
	CHECK(sys_rt_sigprocmask(SET, &all, NULL, 8) == 0, "block all");
	for (int i = 1; i <= 3; i++)
		CHECK(queue(REAL_TIME, (uintptr_t)i) == 0 && queue(USER_1, 0) == 0, "queued");
	CHECK(queue(LOWER, 0) == 0 && queue(LOWER, 0) == 0, "another between");
	CHECK(sys_rt_sigtimedwait(&wanted, &info, NULL, 8) == REAL_TIME && info.value == 1, "the first");
	CHECK(sys_rt_sigpending(&pending, 8) == 0 && pending & wanted, "more are pending");
	CHECK(sys_rt_sigprocmask(SET, &none, NULL, 8) == 0 && info_seen.value == 3, "the last");
	saw("10 39 39 40 40 ");
	CHECK(sys_rt_sigprocmask(SET, &all, NULL, 8) == 0, "block all");
	for (int i = 0; i < ROOM; i++)
		CHECK(queue(REAL_TIME, 0) == 0, "room for %d", i);
	CHECK(queue(REAL_TIME, 0) == -SYS_EAGAIN && sys_kill(1, REAL_TIME) == 0 && queue(USER_1, 0) == 0, "no room");
	CHECK(queue(USER_1, 0) == 0, "which makes no difference to others");
	set(REAL_TIME, (void (*)(int))1, 0, 0);
	set(USER_1, (void (*)(int))1, 0, 0);
	CHECK(sys_rt_sigpending(&pending, 8) == 0 && pending == 0, "what is ignored is gone, all of it");
	CHECK(sys_rt_sigprocmask(SET, &none, NULL, 8) == 0, "nothing comes");
	saw("");
}

static void check_masks(void)
{
	uint64_t both = bit(USER_1) | bit(REAL_TIME), all = UINT64_MAX, old, pending;

	set(USER_1, note, 0, 0);
	set(REAL_TIME, note, 0, 0);
	CHECK(sys_rt_sigprocmask(SET, &all, &old, 8) == 0 && old == 0, "block all");
	CHECK(sys_kill(1, REAL_TIME) == 0 && sys_kill(1, USER_1) == 0 && sys_kill(1, USER_1) == 0, "kill");
	saw("");
	CHECK(sys_rt_sigpending(&pending, 8) == 0 && pending == both, "pending");
	CHECK(sys_rt_sigprocmask(UNBLOCK, &both, &old, 8) == 0, "unblock");
	CHECK(old == (all & ~(bit(KILL) | bit(STOP))), "these two cannot be blocked");
	saw("10 40 ");
	CHECK(sys_rt_sigprocmask(BLOCK, &both, NULL, 8) == 0 && sys_kill(1, USER_1) == 0, "blocked again");
	set(USER_1, (void (*)(int))1, 0, 0); /* what is ignored does not stay pending */
	CHECK(sys_rt_sigpending(&pending, 8) == 0 && pending == 0, "not pending");
	set(USER_1, note, 0, 0);
	CHECK(sys_kill(1, USER_1) == 0, "kill");
	CHECK(sys_rt_sigsuspend(&(uint64_t){0}, 8) == -SYS_EINTR, "sigsuspend");
	saw("10 ");
	CHECK(sys_kill(1, USER_1) == 0, "it is blocked as before");
	saw("");
	CHECK(sys_rt_sigtimedwait(&both, &info_seen, NULL, 8) == USER_1 && info_seen.number == USER_1, "sigtimedwait");
	CHECK(sys_rt_sigtimedwait(&both, NULL, &(struct sys_timespec){0}, 8) == -SYS_EAGAIN, "nothing to wait for");
	CHECK(sys_rt_sigtimedwait(&both, NULL, &(struct sys_timespec){0, -1}, 8) == -SYS_EINVAL, "no such length");
	CHECK(sys_rt_sigprocmask(SET, &all, NULL, 8) == 0, "block all");
	sent_meanwhile = REAL_TIME;
	CHECK(sys_rt_sigtimedwait(&both, NULL, NULL, 8) == REAL_TIME, "another thread sends it");
	sent_meanwhile = USER_1;
	CHECK(sys_rt_sigsuspend(&(uint64_t){0}, 8) == -SYS_EINTR, "another thread ends it");
	saw("10 ");
	CHECK(sys_rt_sigprocmask(SET, &(uint64_t){0}, NULL, 8) == 0, "unblock all");
	saw("");
}

static void check_stack(void)
{
	struct sys_stack own = {stack, 0, sizeof(stack)}, old;

	CHECK(sys_sigaltstack(NULL, &old) == 0 && old.flags == 2, "none at first");
	CHECK(sys_sigaltstack(&(struct sys_stack){stack, 0, 100}, NULL) == -SYS_ENOMEM, "too small");
	CHECK(sys_sigaltstack(&(struct sys_stack){stack, 8, 5000}, NULL) == -SYS_EINVAL, "a flag");
	CHECK(sys_sigaltstack(&own, NULL) == 0 && sys_sigaltstack(NULL, &old) == 0 && old.start == stack && old.flags == 0, "set");
	set(USER_1, (void (*)(int))(uintptr_t)note_info, INFO, 0);
	CHECK(sys_kill(1, USER_1) == 0, "kill");
	CHECK(stack_seen - (uintptr_t)stack >= sizeof(stack), "its flag is needed");
	set(USER_1, (void (*)(int))(uintptr_t)note_info, INFO | ON_STACK, 0);
	CHECK(sys_kill(1, USER_1) == 0, "kill");
	CHECK(stack_seen - (uintptr_t)stack < sizeof(stack), "on its stack");
	CHECK(info_seen.number == USER_1, "with its info");
	CHECK(sys_sigaltstack(&(struct sys_stack){.flags = 2}, NULL) == 0 && sys_kill(1, USER_1) == 0, "disabled");
	CHECK(stack_seen - (uintptr_t)stack >= sizeof(stack), "on the usual stack again");
	saw("10 10 10 ");
}

static void check_leaving_a_handler(void)
{
	uint64_t mask;

	set(USER_1, jump, 0, 0);
	if (setjmp(out) == 0) {
		sys_kill(1, USER_1);
		CHECK(0, "the handler does not return");
	}
	CHECK(sys_rt_sigprocmask(BLOCK, NULL, &mask, 8) == 0 && mask == bit(USER_1), "it stays blocked, as elsewhere");
	CHECK(sys_rt_sigprocmask(SET, &(uint64_t){0}, NULL, 8) == 0, "unblock");
	saw("10 ");
}

static void check_words(void)
{
	struct sys_sigaction action = {.handler = note}, old;

	CHECK(sys_kill(1, 0) == 0 && sys_kill(2, 0) == -SYS_ESRCH && sys_kill(-1, 0) == 0, "processes");
	CHECK(sys_kill(1, 65) == -SYS_EINVAL && sys_kill(1, -1) == -SYS_EINVAL, "numbers");
	CHECK(sys_tkill(2, 1) == -SYS_ESRCH && sys_tgkill(1, 2, 1) == -SYS_ESRCH, "threads");
	CHECK(sys_rt_sigaction(0, &action, NULL, 8) == -SYS_EINVAL && sys_rt_sigaction(65, &action, NULL, 8) == -SYS_EINVAL, "numbers");
	CHECK(sys_rt_sigaction(KILL, &action, NULL, 8) == -SYS_EINVAL && sys_rt_sigaction(KILL, NULL, &old, 8) == 0, "kill");
	CHECK(sys_rt_sigaction(1, &action, NULL, 4) == -SYS_EINVAL && sys_rt_sigprocmask(3, &action.mask, NULL, 8) == -SYS_EINVAL, "words");
	CHECK(sys_rt_sigaction(USER_2, &action, &old, 8) == 0 && !old.handler, "default");
	CHECK(sys_rt_sigaction(USER_2, NULL, &old, 8) == 0 && old.handler == note, "what was set");
}

/* How a child ends that sends itself a signal, or waits. */
static int status_of(int number)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		if (number == 0)
			sys_rt_sigsuspend(&(uint64_t){0}, 8);
		if (number < 0)
			sys_rt_sigtimedwait(&(uint64_t){1}, NULL, NULL, 8);
		sys_kill(1, number);
		_exit(99);
	}
	CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status), "a child");
	return WEXITSTATUS(status);
}

static void check_endings(void)
{
	set(TERMINATE, NULL, 0, 0);
	CHECK(status_of(TERMINATE) == 128 + TERMINATE && status_of(KILL) == 128 + KILL, "terminated");
	CHECK(status_of(ABORT) == 1, "aborted");
	CHECK(status_of(STOP) == 128 + STOP, "nobody would continue it");
	CHECK(status_of(0) == 1 && status_of(-1) == 1, "deadlocks");
	set(USER_1, note, RESET, 0);
	CHECK(sys_kill(1, USER_1) == 0, "once");
	saw("10 ");
	CHECK(status_of(USER_1) == 128 + USER_1, "and no second time");
}

int main(void)
{
	check_words();
	check_handlers();
	check_queue();
	check_masks();
	check_stack();
	check_leaving_a_handler();
	check_endings();
	puts("intact");
	return 0;
}
