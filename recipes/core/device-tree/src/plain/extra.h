/* Nothing of the tree matters but what every image needs. Part of device_tree.c. */

static void begin_extra(void)
{
}

static void see_extra(struct part compatible)
{
	(void)compatible;
}

static void stir_extra(const uint8_t *at, const uint8_t *end)
{
	(void)at;
	(void)end;
}

static void place_extra(uintptr_t address)
{
	(void)address;
}

static void map_extra(void)
{
}
