#ifndef SETJMP_H
#define SETJMP_H

/*
 * ISO C11, section 7.13, and POSIX. Signal masks are not kept: sigsetjmp is setjmp, whatever its second argument.
 * Context: any; longjmp to where its setjmp ran.
 */

typedef unsigned long jmp_buf[24];
typedef jmp_buf sigjmp_buf;

__attribute__((returns_twice)) int setjmp(jmp_buf place);
__attribute__((returns_twice)) int _setjmp(jmp_buf place);
_Noreturn void longjmp(jmp_buf place, int value);
_Noreturn void _longjmp(jmp_buf place, int value);
_Noreturn void siglongjmp(sigjmp_buf place, int value);

#define setjmp setjmp
#define sigsetjmp(place, mask) setjmp(place)

#endif
