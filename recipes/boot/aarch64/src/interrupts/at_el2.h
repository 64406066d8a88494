/*
 * Let EL1 use the registers of a GICv3, where ID_AA64PFR0_EL1 tells of one; whether reset does is not said (Arm IHI 0069,
 * "ICC_SRE_EL2"). Its number is for assemblers that do not know it. Part of boot.S.
 */

	.macro allow_interrupt_controller
	mrs x1, id_aa64pfr0_el1
	tst x1, #0xf << 24          /* GIC */
	b.eq 9f
	mov x1, #0xf                /* Enable, and system registers for EL2 as well */
	msr s3_4_c12_c9_5, x1
	isb
9:
	.endm
