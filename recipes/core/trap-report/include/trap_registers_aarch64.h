#ifndef TRAP_REGISTERS_AARCH64_H
#define TRAP_REGISTERS_AARCH64_H

/* Where registers stand in the array; further ones follow in the order x0 … x30. */
enum trap_register { TRAP_PC, TRAP_SP, TRAP_FLAGS, TRAP_X0, TRAP_REGISTERS = TRAP_X0 + 31 };

/* Exception classes (Arm ARM, "ESR_EL1", EC) that come with an address in FAR_EL1, and others that are spoken of. */
enum trap_class {
	TRAP_CLASS_UNKNOWN = 0x00, /* an instruction that does not exist, or not here */
	TRAP_CLASS_INSTRUCTION_ABORT = 0x21,
	TRAP_CLASS_PC_ALIGNMENT = 0x22,
	TRAP_CLASS_DATA_ABORT = 0x25,
	TRAP_CLASS_FLOAT = 0x2c,
	TRAP_CLASS_BREAKPOINT = 0x3c, /* the instruction brk */
};

#endif
