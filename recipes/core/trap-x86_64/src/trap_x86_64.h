#ifndef TRAP_X86_64_H
#define TRAP_X86_64_H

/* Shared by the assembly and the C half; the vectors that the processor keeps for itself. */
#define TRAP_VECTORS 32

/* Bytes; two words for each vector, the registers, and the report's own frames. */
#define TRAP_STACK_SIZE 2048

#endif
