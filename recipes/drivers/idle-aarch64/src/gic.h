#ifndef GIC_H
#define GIC_H

#include <stdint.h>

#include "device_tree_extra.h"

/* Arm's generic interrupt controller (IHI 0048 for version 2, IHI 0069 for version 3); words from the start of its distributor. */
enum gic_distributor {
	GICD_CTLR = 0x000 / 4,
	GICD_TYPER = 0x004 / 4,
	GICD_IGROUPR = 0x080 / 4,
	GICD_ISENABLER = 0x100 / 4,
	GICD_ICPENDR = 0x280 / 4,
	GICD_ITARGETSR = 0x800 / 4,
	GICD_ICFGR = 0xc00 / 4,
	GICD_IROUTER = 0x6000 / 4,
};

enum { GIC_WORD_BITS = 32, GIC_FIRST_SHARED = 32, GIC_END = 1020 };

static inline volatile uint32_t *gic_distributor(void)
{
	return (volatile uint32_t *)device_tree_gic.address[0];
}

/* Inputs that were enabled as edges, by bits: what they asked for is remembered until somebody clears it. */
extern uint32_t gic_edges[GIC_END / GIC_WORD_BITS + 1];

#endif
