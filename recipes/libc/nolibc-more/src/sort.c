/* Sorting by a heap, which needs neither memory nor luck, and searching by halves: ISO C11, section 7.22.5. */

#include <stdlib.h>

struct array {
	char *bytes;
	size_t size; /* of an element */
	int (*compare)(const void *, const void *);
};

static void swap(const struct array *array, size_t left, size_t right)
{
	char *a = array->bytes + left * array->size, *b = array->bytes + right * array->size;

	for (size_t i = 0; i < array->size; i++) {
		char byte = a[i];

		a[i] = b[i];
		b[i] = byte;
	}
}

static int compare(const struct array *array, size_t left, size_t right)
{
	return array->compare(array->bytes + left * array->size, array->bytes + right * array->size);
}

/*
 * Element `top` goes down until no child is larger, in a heap of `count`: all the way along the larger children first and
 * then up again, for most elements belong near the bottom, and that takes half the comparisons.
 */
static void sift(const struct array *array, size_t top, size_t count)
{
	size_t at = top;

	while (2 * at + 2 < count) {
		size_t child = 2 * at + 1;

		if (compare(array, child, child + 1) < 0)
			child++;
		swap(array, at, child);
		at = child;
	}
	if (2 * at + 1 < count) {
		swap(array, at, 2 * at + 1);
		at = 2 * at + 1;
	}
	while (at > top && compare(array, (at - 1) / 2, at) < 0) {
		swap(array, (at - 1) / 2, at);
		at = (at - 1) / 2;
	}
}

void qsort(void *bytes, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	struct array array = {bytes, size, compare};

	for (size_t i = count / 2; i-- > 0;)
		sift(&array, i, count);
	while (count > 1) {
		count--;
		swap(&array, 0, count);
		sift(&array, 0, count);
	}
}

void *bsearch(const void *key, const void *array, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	const char *start = array;

	while (count) {
		const char *middle = start + count / 2 * size;
		int order = compare(key, middle);

		if (!order)
			return (void *)middle;
		if (order > 0) {
			start = middle + size;
			count--;
		}
		count /= 2;
	}
	return NULL;
}
