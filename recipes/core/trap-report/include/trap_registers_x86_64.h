#ifndef TRAP_REGISTERS_X86_64_H
#define TRAP_REGISTERS_X86_64_H

/* Where registers stand in the array; further ones follow in the order rax rbx rcx rdx rsi rdi r8 … r15. */
enum trap_register { TRAP_PC, TRAP_SP, TRAP_FLAGS, TRAP_RBP, TRAP_RAX, TRAP_REGISTERS = TRAP_RAX + 14 };

/* The one vector that comes with an address (Intel SDM 3A, "Page-Fault Exception"). */
enum { TRAP_VECTOR_PAGE_FAULT = 14 };

#endif
