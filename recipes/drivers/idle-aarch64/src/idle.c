/*
 * Halting by `wfi`, which an interrupt ends as soon as it is pending, masked as it is (Arm ARM DDI 0487, "Wait For Interrupt").
 * Of time the virtual timer tells, private interrupt 27 on all machines. A device that holds its line does so until its driver looks
 * at it; the timer's line goes away with the timer.
 *
 * Without an interrupt controller in the device tree nothing could end a halt, and there is none.
 */

#include "idle.h"

#include "clock.h"
#include "gic.h"

enum { TIMER = 27, TIMER_ON = 1, PRIORITY_ALL = 0xff };

/* GICv2's interface to the processor, in words. */
enum { GICC_CTLR = 0x0 / 4, GICC_PMR = 0x4 / 4 };

/* GICv3's redistributor: words of its first frame and of the second, of private interrupts. */
enum { GICR_WAKER = 0x14 / 4, GICR_PRIVATE = 0x10000 / 4, WAKER_SLEEPS = 2, WAKER_IS_ASLEEP = 4, WAKER_TRIES = 1 << 20 };

/* GICD_CTLR: both groups, and affinity routing where there is a choice; in each of the views that there are of it. */
enum { GICD_ENABLE_V2 = 1, GICD_ENABLE_V3 = 0x13 };

#define SECOND UINT64_C(1000000000)

uint32_t gic_edges[GIC_END / GIC_WORD_BITS + 1];

static void start_2(void)
{
	volatile uint32_t *interface = (volatile uint32_t *)device_tree_gic.address[1];
	gic_distributor()[GICD_CTLR] = GICD_ENABLE_V2;
	gic_distributor()[GICD_ISENABLER] = 1U << TIMER;
	interface[GICC_PMR] = PRIORITY_ALL;
	interface[GICC_CTLR] = 1;
}

static void start_3(void)
{
	volatile uint32_t *frame = (volatile uint32_t *)device_tree_gic.address[1];
	gic_distributor()[GICD_CTLR] = GICD_ENABLE_V3;
	frame[GICR_WAKER] &= ~(uint32_t)WAKER_SLEEPS;
	for (unsigned tries = WAKER_TRIES; frame[GICR_WAKER] & WAKER_IS_ASLEEP && tries > 0; tries--)
		;
	frame[GICR_PRIVATE + GICD_IGROUPR] = UINT32_MAX;
	frame[GICR_PRIVATE + GICD_ISENABLER] = 1U << TIMER;
	/* ICC_SRE_EL1, ICC_PMR_EL1, ICC_IGRPEN1_EL1, by their numbers for assemblers that do not know them. */
	__asm__ volatile("msr s3_0_c12_c12_5, %0\n\tisb\n\tmsr s3_0_c4_c6_0, %1\n\tmsr s3_0_c12_c12_7, %2\n\tisb"
			 :
			 : "r"(UINT64_C(7)), "r"((uint64_t)PRIORITY_ALL), "r"(UINT64_C(1))
			 : "memory");
}

/* The composer calls this before main; no header of ours needs it. */
void idle_aarch64_start(void)
{
	if (device_tree_gic.version == 2)
		start_2();
	else if (device_tree_gic.version == 3)
		start_3();
}

/* The timer's count `length` nanoseconds from now; up to 4 s, so that nothing overflows. */
static void set_timer(uint64_t length)
{
	uint64_t frequency, now;
	__asm__ volatile("mrs %0, cntfrq_el0\n\tisb\n\tmrs %1, cntvct_el0" : "=r"(frequency), "=r"(now) : : "memory");
	uint64_t ticks = (length < UINT32_MAX ? length : UINT32_MAX) * (frequency & UINT32_MAX) / SECOND;
	__asm__ volatile("msr cntv_cval_el0, %0\n\tmsr cntv_ctl_el0, %1\n\tisb"
			 :
			 : "r"(now + ticks), "r"((uint64_t)TIMER_ON)
			 : "memory");
}

void idle_until(uint64_t deadline)
{
	uint64_t now = deadline == UINT64_MAX ? 0 : clock_monotonic();
	if (device_tree_gic.version == 0) {
		__asm__ volatile("yield");
		return;
	}
	if (deadline <= now)
		return;
	if (deadline != UINT64_MAX)
		set_timer(deadline - now);
	__asm__ volatile("dsb sy\n\twfi\n\tmsr cntv_ctl_el0, xzr\n\tisb" : : : "memory");
	for (unsigned word = 1; word <= GIC_END / GIC_WORD_BITS; word++)
		if (gic_edges[word] != 0)
			gic_distributor()[GICD_ICPENDR + word] = gic_edges[word];
}
