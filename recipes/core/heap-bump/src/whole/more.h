/* The heap has all memory from the start, and there is no more. Part of heap.c. */

/* The composer calls this before main; no header of ours needs it. */
void heap_bump_start(void)
{
	rest = machine_free_memory();
}

/* Whether the heap has grown, so that `size` bytes may fit. */
static bool grow(size_t size)
{
	(void)size;
	return false;
}

/* Where blocks end in the memory that `block` is in; the heap had come to `end`. */
static uintptr_t region_end(uintptr_t block, uintptr_t end)
{
	(void)block;
	return end;
}
