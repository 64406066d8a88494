#ifndef MACHINE_H
#define MACHINE_H

#include <stdint.h>

/*
 * The capability `machine`: how a guest ends and what it can ask of the hardware.
 */

/* How the guest ended; `compose run` reads the letter (see recipes/CONVENTIONS.md, "The guest's end"). */
enum ending {
	ENDING_EXIT = 'E',  /* main returned or exit was called; the status is the app's, 0 to 255 */
	ENDING_ABORT = 'A', /* abort, assert or a smashed stack; the status is 0 */
	ENDING_TRAP = 'T',  /* the processor refused an instruction; the status is the vector or signal */
};

/* Report how the guest ended and turn the machine off. Context: any. Does not return. */
_Noreturn void machine_end(enum ending how, uint8_t status);

/*
 * The memory that nothing else uses, for the heap; page-aligned, empty where there is none. Only the first
 * call gives it away, so there is one caller. Context: thread.
 */
struct memory_range {
	uintptr_t start; /* address of the first byte */
	uintptr_t end;   /* address after the last byte */
};
struct memory_range machine_free_memory(void);

#endif
