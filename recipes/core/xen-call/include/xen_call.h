#ifndef XEN_CALL_H
#define XEN_CALL_H

#include <stdint.h>

/*
 * Hypercalls of Xen on aarch64 (Xen, xen/include/public: xen.h, arch-arm.h). The result is Xen's: negative is an
 * error number, negated. Context: any.
 */

enum xen_call_number { XEN_CONSOLE_IO = 18, XEN_SCHED_OP = 29 };

static inline int64_t xen_call(enum xen_call_number number, uint64_t a, uint64_t b, uint64_t c)
{
	register uint64_t x16 __asm__("x16") = number;
	register uint64_t x0 __asm__("x0") = a;
	register uint64_t x1 __asm__("x1") = b;
	register uint64_t x2 __asm__("x2") = c;
	__asm__ volatile("hvc #0xea1" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x16) : : "x3", "x4", "memory");
	return (int64_t)x0;
}

#endif
