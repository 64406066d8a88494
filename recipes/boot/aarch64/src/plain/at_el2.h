/* Nobody will use the interrupt controller. Part of boot.S. */

	.macro allow_interrupt_controller
	.endm
