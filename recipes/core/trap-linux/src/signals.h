#ifndef TRAP_LINUX_SIGNALS_H
#define TRAP_LINUX_SIGNALS_H

/* The signals that the kernel makes of exceptions. */
enum {
	SIGNAL_ILLEGAL = 4,
	SIGNAL_TRAP = 5,
	SIGNAL_BUS = 7,
	SIGNAL_FLOAT = 8,
	SIGNAL_SEGMENT = 11,
};

#endif
