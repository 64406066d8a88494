/*
 * Places of virtio devices and the PCI bus matter too ("Devicetree Specification", 2.4.1 and 2.4.3; the PCI Bus Binding to IEEE Std 1275).
 * Part of device_tree.c.
 */

#include "device_tree_buses.h"

#define BUSES "\13virtio,mmio\25pci-host-ecam-generic"
#define BUS_PROPERTIES "\12interrupts\6ranges\15interrupt-map\22interrupt-map-mask"

enum bus_property { INTERRUPTS = STATUS + 1, RANGES, INTERRUPT_MAP, INTERRUPT_MAP_MASK };
enum { PCI_CELLS = 3, GIC_CELLS = 3, MOST_PARENT_CELLS = 2 };

struct device_tree_virtio device_tree_virtio[DEVICE_TREE_VIRTIO_MOST];
uint32_t device_tree_virtio_count;
struct device_tree_pci device_tree_pci;

/* The node that is being read. */
static struct {
	struct part interrupts, ranges, map, mask;
	bool is_virtio, is_pci;
} bus;

/* A node begins. */
static void begin_bus(void)
{
	bus.is_virtio = bus.is_pci = false;
	bus.interrupts = bus.ranges = bus.map = bus.mask = (struct part){NULL, NULL};
}

/* It has this property. */
static void see_bus(unsigned property, struct part value)
{
	switch (property) {
	case COMPATIBLE:
		bus.is_virtio = lists(value, BUSES, 1);
		bus.is_pci = !bus.is_virtio && lists(value, BUSES, 2);
		break;
	case INTERRUPTS:
		bus.interrupts = value;
		break;
	case RANGES:
		bus.ranges = value;
		break;
	case INTERRUPT_MAP:
		bus.map = value;
		break;
	case INTERRUPT_MAP_MASK:
		bus.mask = value;
		break;
	}
}

/* An interrupt as the GIC's node names it: shared or of one processor, number, trigger. 0: there is none. */
static uint32_t take_interrupt(struct part *part)
{
	if (part->end - part->at < GIC_CELLS * WORD)
		return 0;
	uint32_t is_private = take_word(part), number = take_word(part);
	take_word(part);
	return number + (is_private ? 16 : 32);
}

/* The window for registers with addresses of 32 bits; `cells` are those of the processor's addresses, and of sizes here always 2. */
static void read_ranges(struct part ranges, struct device_tree_pci *pci)
{
	enum { KIND_SHIFT = 24, KIND_MASK = 3, KIND_MEMORY = 2, ENTRY = (PCI_CELLS + 2 + 2) * WORD };
	while (ranges.end - ranges.at >= ENTRY) {
		uint32_t kind = take_word(&ranges) >> KIND_SHIFT & KIND_MASK;
		uint64_t address = take_number(&ranges, 2), window = take_number(&ranges, 2), size = take_number(&ranges, 2);
		if (kind != KIND_MEMORY || address + size > UINT64_C(1) << 32 || address + size < address)
			continue;
		pci->window_address = address;
		pci->window = window;
		pci->window_size = size;
	}
}

/*
 * Which interrupt each pin leads to. An entry is a place on the bus, a pin, the interrupt controller's phandle, an address below
 * that, and an interrupt; how long the address is stands at the controller, and is taken here from where phandles are alike.
 */
static void read_map(struct part map, struct part mask, struct device_tree_pci *pci)
{
	pci->unit_mask = take_word(&mask);
	take_number(&mask, PCI_CELLS - 1);
	pci->pin_mask = take_word(&mask);
	ptrdiff_t words = (map.end - map.at) / WORD;
	for (ptrdiff_t address = MOST_PARENT_CELLS; address >= 0; address--) {
		ptrdiff_t entry = PCI_CELLS + 1 + 1 + address + GIC_CELLS;
		const uint32_t *word = (const uint32_t *)map.at + PCI_CELLS + 1;
		ptrdiff_t alike = 0;
		while (alike < words / entry && word[alike * entry] == *word)
			alike++;
		if (words == 0 || words % entry != 0 || alike != words / entry)
			continue;
		while (map.at < map.end && pci->count < DEVICE_TREE_PCI_MOST) {
			struct device_tree_pin *pin = &pci->pins[pci->count++];
			pin->unit = take_word(&map);
			take_number(&map, PCI_CELLS - 1);
			pin->pin = take_word(&map);
			take_number(&map, 1 + (uint32_t)address);
			pin->interrupt = take_interrupt(&map);
		}
		return;
	}
}

/* It is at `address`, and neither disabled nor where it must not be. */
static void place_bus(uintptr_t address, uint64_t size)
{
	if (bus.is_virtio && device_tree_virtio_count < DEVICE_TREE_VIRTIO_MOST) {
		struct part interrupts = bus.interrupts;
		device_tree_virtio[device_tree_virtio_count++] =
			(struct device_tree_virtio){address, take_interrupt(&interrupts)};
	} else if (bus.is_pci && device_tree_pci.config == 0) {
		device_tree_pci.config = address;
		device_tree_pci.config_size = size;
		read_ranges(bus.ranges, &device_tree_pci);
		read_map(bus.map, bus.mask, &device_tree_pci);
	}
}
