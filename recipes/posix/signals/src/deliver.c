/*
 * How a signal takes effect. All of them are sent by the program itself, so this happens inside of a call, never between two
 * instructions, and a handler is a function that is called. A trap of the processor is no signal: it is reported and ends the guest.
 */

#include "machine.h"
#include "report.h"
#include "signals.h"

enum { STATUS_OF_SIGNALS = 128 };

/* Flags of an action. */
#define FLAG_INFO UINT64_C(0x4)
#define FLAG_ON_STACK UINT64_C(0x08000000)
#define FLAG_NO_MASK UINT64_C(0x40000000)
#define FLAG_RESET UINT64_C(0x80000000)

enum { STACK_DISABLED = 2 };

/* Handlers that are none. */
enum { HANDLER_DEFAULT = 0, HANDLER_IGNORE = 1 };

struct signals_state signals_state;
struct sys_stack signals_stack = {.flags = STACK_DISABLED};

/* What a signal without a handler does; it returns if that is nothing. Nobody could continue a process that stops. */
static void act_by_default(int number)
{
	uint64_t ignored = signal_bit(SIGNAL_CHILD) | signal_bit(SIGNAL_CONTINUE) | signal_bit(SIGNAL_URGENT) |
			   signal_bit(SIGNAL_WINDOW);
	if (ignored & signal_bit(number))
		return;
	if (number == SIGNAL_ABORT)
		machine_end(ENDING_ABORT, 0);
	report("signal: " REPORT_DECIMAL " ends the program\n", (uint64_t[]){(uint64_t)number});
	machine_end(ENDING_EXIT, (uint8_t)(STATUS_OF_SIGNALS + number));
}

bool signals_is_on_stack(void)
{
	return (uintptr_t)__builtin_frame_address(0) - (uintptr_t)signals_stack.start < signals_stack.size;
}

struct signal_info signals_info_of(int number)
{
	return (struct signal_info){
		.number = number,
		.code = signals_state.sent[number - 1].code,
		.process = 1,
		.value = signals_state.sent[number - 1].value,
	};
}

void signals_forget(int number)
{
	struct signal_sent *next = signals_state.queue, *end = next + signals_state.queued;
	signals_state.pending &= ~signal_bit(number);
	while (next < end && next->number != number)
		next++;
	if (next == end)
		return;
	signals_state.sent[number - 1] = *next;
	signals_state.pending |= signal_bit(number);
	signals_state.queued--;
	__builtin_memmove(next, next + 1, (size_t)(end - next - 1) * sizeof(*next));
}

static void call(const struct sys_sigaction *action, int number, struct signal_info *info)
{
	const struct sys_stack *stack = &signals_stack;
	if (action->flags & FLAG_ON_STACK && !(stack->flags & STACK_DISABLED) && !signals_is_on_stack())
		signals_call_on((char *)stack->start + stack->size, action->handler, number, info);
	else if (action->flags & FLAG_INFO)
		((void (*)(int, struct signal_info *, void *))(uintptr_t)action->handler)(number, info, NULL);
	else
		action->handler(number);
}

/* Whether a handler has run. */
static bool take(int number)
{
	struct sys_sigaction *known = &signals_state.actions[number - 1], action = *known;
	struct signal_info info = signals_info_of(number);
	uint64_t mask = signals_state.mask;
	signals_forget(number);
	if ((uintptr_t)action.handler == HANDLER_IGNORE)
		return false;
	if ((uintptr_t)action.handler == HANDLER_DEFAULT) {
		act_by_default(number);
		return false;
	}
	if (action.flags & FLAG_RESET)
		known->handler = (void (*)(int))HANDLER_DEFAULT;
	signals_state.mask |= (action.mask | (action.flags & FLAG_NO_MASK ? 0 : signal_bit(number))) & ~SIGNALS_UNMASKABLE;
	call(&action, number, &info);
	signals_state.handled++;
	signals_state.mask = mask;
	return true;
}

bool signals_deliver(void)
{
	bool has_run = false;
	for (uint64_t due; (due = signals_state.pending & ~signals_state.mask) != 0;)
		has_run |= take(__builtin_ctzl(due) + 1);
	return has_run;
}
