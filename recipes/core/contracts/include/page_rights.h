#ifndef PAGE_RIGHTS_H
#define PAGE_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The capability `page-rights`: what may be done with pages of the capability `pages`. None of them is ever executable:
 * code is in the image, and nowhere else.
 */

enum page_rights { PAGE_READ_WRITE, PAGE_READ, PAGE_NO_ACCESS };

/*
 * Set the rights of `count` pages that the caller has taken; they have PAGE_READ_WRITE when they are taken and must have it
 * when they are given back. False: there is no memory for page tables, and some of the pages are as they were; giving
 * PAGE_READ_WRITE back never fails. Context: thread.
 */
bool page_rights_set(void *start, size_t count, enum page_rights rights);

#endif
