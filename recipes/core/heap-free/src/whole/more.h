/* The heap has all memory from the start, and there is no more. Part of heap.c. */

/* The composer calls this before main; no header of ours needs it. */
void heap_free_start(void)
{
	size_t size;

	heap = machine_free_memory();
	size = heap.end - heap.start;
	if (size < 2 * sizeof(struct block))
		return; /* no list has a block: each allocation fails */
	if (size > HEAP_LIMIT)
		size = HEAP_LIMIT;
	size -= HEADER_SIZE;
	heap.end = heap.start + size;
	((struct block *)heap.end)->tagged = STATE_USED;
	((struct block *)heap.start)->before = 0;
	attach((struct block *)heap.start, size);
}

/* Whether the heap has grown, so that a block of `size` bytes fits. */
static bool grow(size_t size)
{
	(void)size;
	return false;
}
