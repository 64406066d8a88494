#ifndef TMPFS_H
#define TMPFS_H

#include "node.h"

enum { FIRST_COOKIE = 2 /* behind "." and ".." */ };

/* A name in a folder. */
struct tmpfs_entry {
	struct node *node, *folder;
	struct tmpfs_entry *next, *previous; /* in the folder, in the order of their cookies */
	struct tmpfs_entry *same_hash;
	uint64_t cookie; /* where reading the folder stands when it stands before this name */
	uint8_t length;
	char name[];
};

struct tmpfs_node {
	struct node node; /* `content` is the top of a file's pages, or a link's target */
	union {
		unsigned depth; /* of the tables above a file's pages */
		struct {
			struct tmpfs_entry *first, *last;
			struct tmpfs_entry *place; /* the folder's own name; null for the root and when it is removed */
			struct node *parent;
			uint64_t next_cookie;
		};
	};
};

static inline struct tmpfs_node *tmpfs_of(struct node *node)
{
	return (struct tmpfs_node *)node;
}

/* What the files and the folders do when they are open. */
extern const struct descriptor_operations tmpfs_file_operations, tmpfs_folder_operations;

/* Make a file `size` bytes long: what is cut off is given back, what is added reads as zeros and takes no memory. */
long tmpfs_resize(struct node *file, int64_t size);

#endif
