/* There is no other source. Part of entropy.c. */

static bool read_more(void *bytes, size_t size)
{
	(void)bytes;
	(void)size;
	return false;
}
