/* The guest's end on every machine type of QEMU (recipes/CONVENTIONS.md, "The guest's end"). */

#include "boot_x86_64.h"
#include "machine.h"

enum end_port {
	PORT_STATUS = 0x501,      /* isa-debugcon, if `compose run` has put it there */
	PORT_PM1A_CONTROL = 0x604, /* ACPI PM1a_CNT, where the firmware of pc and q35 puts it */
};

enum {
	PM1_SLEEP_S5 = 0x2000, /* SLP_EN with the type that QEMU's _S5 names: 0 */
	SLEEP_CONTROL_S5 = 0x34, /* the same for hardware-reduced ACPI, type 5 */
};

/* microvm has no PM1a: its sleep control register is in memory, 0x200 bytes into this large page. */
#define SLEEP_PAGE UINT64_C(0xfea00000)
#define SLEEP_OFFSET 0x200
#define PAGE_LARGE_UNCACHED_WRITE_NX (UINT64_C(1) << 63 | 0x9b)

static void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("out %0, %1" : : "a"(value), "d"(port));
}

_Noreturn void machine_end(enum ending how, uint8_t status)
{
	out8(PORT_STATUS, (uint8_t)how);
	out8(PORT_STATUS, status);
	__asm__ volatile("out %0, %1" : : "a"((uint16_t)PM1_SLEEP_S5), "d"((uint16_t)PORT_PM1A_CONTROL));

	/* Not a pc or q35. The directory's last entry, whatever it mapped, shows the register from now on. */
	boot_page_directory[511] = SLEEP_PAGE | PAGE_LARGE_UNCACHED_WRITE_NX;
	__asm__ volatile("mov %0, %%cr3" : : "r"(boot_page_root) : "memory");
	*(volatile uint8_t *)(UINT64_C(511) << 21 | SLEEP_OFFSET) = SLEEP_CONTROL_S5;

	/* No ACPI at all: with an empty table (the null descriptor) a breakpoint becomes a triple fault, which resets. */
	__asm__ volatile("lidt %0; int3" : : "m"(boot_gdt));
	__builtin_unreachable();
}
