/*
 * The only place where interrupts are on. It is a function, so no register or red zone of the caller is in danger, and
 * the processor can use the stack that it finds: a thread's, which a trap would report if there were no room.
 */

#include "local_apic.h"

#define FRAME_FLAGS_HIGH 17 /* the second byte of RFLAGS in what the processor pushes (Intel SDM 3A, "64-Bit Mode Stack Frame") */
#define INTERRUPTS_ON 2     /* of that byte */

	.section .text.idle_halt, "ax"
	.globl idle_halt, idle_wake, idle_spurious
	.type idle_halt, @function
/* Nothing is taken between the first two instructions, so that what is pending already ends the halt too. */
idle_halt:
	sti
	hlt
	ret
	.size idle_halt, . - idle_halt

/*
 * One interrupt ends one halt: it goes back with interrupts off. A device that holds its line until its driver looks at it
 * would else interrupt for ever.
 */
	.type idle_wake, @function
idle_wake:
	movl $0, BOOT_LOCAL_APIC + LOCAL_APIC_END_OF_INTERRUPT
idle_spurious:
	andb $~INTERRUPTS_ON, FRAME_FLAGS_HIGH(%rsp)
	iretq
	.size idle_wake, . - idle_wake
