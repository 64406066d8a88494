/* A PC: configuration through two ports (PCI Local Bus Specification 3.0, 3.2.2.3.2); firmware has given out all addresses. */

#include "pci.h"

enum { PORT_PLACE = 0xcf8, PORT_DATA = 0xcfc };

#define ENABLE UINT32_C(0x80000000)

static void write_port(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static uint32_t read_port(uint16_t port)
{
	uint32_t value;
	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

bool virtio_pci_start(void)
{
	/* Where nobody listens, this port does not keep what it was given. */
	write_port(PORT_PLACE, ENABLE);
	return read_port(PORT_PLACE) == ENABLE;
}

uint32_t virtio_pci_read(uint32_t place, uint32_t offset)
{
	write_port(PORT_PLACE, ENABLE | place | offset);
	return read_port(PORT_DATA);
}

void virtio_pci_write(uint32_t place, uint32_t offset, uint32_t value)
{
	write_port(PORT_PLACE, ENABLE | place | offset);
	write_port(PORT_DATA, value);
}

uint64_t virtio_pci_assign(uint64_t size)
{
	(void)size;
	return 0;
}

uint64_t virtio_pci_physical(uint64_t address)
{
	return address;
}

/* Which pin of the I/O APIC it is, only ACPI's bytecode knows; devices of virtio have messages. */
uint32_t virtio_pci_line(uint32_t place, uint32_t pin)
{
	(void)place;
	(void)pin;
	return 0;
}
