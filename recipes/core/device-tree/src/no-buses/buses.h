/* No bus matters. Part of device_tree.c. */

#define BUS_PROPERTIES

static void begin_bus(void)
{
}

static void see_bus(unsigned property, struct part value)
{
	(void)property;
	(void)value;
}

static void place_bus(uintptr_t address, uint64_t size)
{
	(void)address;
	(void)size;
}
