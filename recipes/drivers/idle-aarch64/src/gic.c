/*
 * Inputs of the interrupt controller. An interrupt is never taken, for it is masked in PSTATE; that it is pending ends
 * `wfi`. Every priority is the one of reset, which the controller lets pass.
 */

#include "gic.h"

#include "interrupts.h"

enum { LINES_MASK = 0x1f, CONFIGURATION_EDGE = 2 };

bool interrupts_enable(uint32_t number, bool is_edge)
{
	volatile uint32_t *gic = gic_distributor();
	if (!gic || number < GIC_FIRST_SHARED || number >= GIC_END || number / GIC_WORD_BITS > (gic[GICD_TYPER] & LINES_MASK))
		return false;
	uint32_t word = number / GIC_WORD_BITS, bit = 1U << number % GIC_WORD_BITS;
	unsigned shift = number % 16 * 2;
	uint32_t edge = (uint32_t)CONFIGURATION_EDGE << shift;
	gic[GICD_ICFGR + number / 16] = (gic[GICD_ICFGR + number / 16] & ~edge) | (is_edge ? edge : 0);
	if (device_tree_gic.version == 2) {
		uint32_t targets = gic[GICD_ITARGETSR] & 0xff; /* the private ones' targets are this processor */
		unsigned place = number % 4 * 8;
		volatile uint32_t *four = &gic[GICD_ITARGETSR + number / 4];
		*four = (*four & ~(UINT32_C(0xff) << place)) | targets << place;
	} else {
		const uint64_t affinity = UINT64_C(0xff00ffffff);
		uint64_t processor;
		__asm__("mrs %0, mpidr_el1" : "=r"(processor));
		gic[GICD_IGROUPR + word] |= bit;
		*(volatile uint64_t *)&gic[GICD_IROUTER + number * 2] = processor & affinity;
	}
	if (is_edge)
		gic_edges[word] |= bit;
	gic[GICD_ISENABLER + word] = bit;
	return true;
}

bool interrupts_message(struct interrupts_message *message)
{
	(void)message; /* neither GICv2m nor an ITS is driven */
	return false;
}
