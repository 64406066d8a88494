#ifndef NODE_H
#define NODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "descriptor.h"
#include "sys_types.h"

/*
 * Nodes: files, folders, links and devices, and what a file system must do with them. fs/paths has the rules of paths,
 * of flags and of errors; a file system only finds, makes and takes away. Context of all: thread.
 */

/* What is special about a node. */
enum node_flag {
	NODE_FIXED = 1,      /* of the image: it cannot be changed, renamed or removed (EROFS) */
	NODE_CONSOLE = 2,    /* to open it is to have the console */
	NODE_DESCRIPTOR = 4, /* to open it is to have what is behind the descriptor `special` */
	NODE_IN_PAGES = 8,   /* a fixed file whose content begins at a page and whose last page ends with zeros */
};

struct node {
	const struct node_operations *operations;
	const struct descriptor_operations *opened; /* of the objects that are this node, opened */
	uint32_t mode;       /* type and permissions, SYS_S_… */
	uint32_t links;      /* names of it; 0: it has been removed, and is gone with its last reference */
	uint32_t references; /* objects, the current folder, folders in it */
	uint32_t owner, group;
	uint32_t flags; /* of enum node_flag */
	uint64_t inode;
	union {
		int64_t size;     /* bytes */
		uint64_t special; /* number of a device, or of a descriptor */
	};
	int64_t accessed, modified, changed; /* nanoseconds since 1970 */
	void *content; /* for the file system; of a fixed file its bytes */
};

/*
 * What a file system does with a folder and with the nodes in it. Names are not ended by NUL, not empty, of at most 255 bytes and
 * neither "." nor "..". The caller has checked what there is and what is allowed.
 */
struct node_operations {
	struct node *(*find)(struct node *folder, const char *name, size_t length); /* null: there is none */
	/* A new node with that name, of the type in `mode`; a link's target ends with NUL. Null: no memory. */
	struct node *(*make)(struct node *folder, const char *name, size_t length, uint32_t mode, const char *target);
	/* One more name for `node`; 0 or -ENOSPC. */
	long (*link)(struct node *folder, const char *name, size_t length, struct node *node);
	/* Take a name away. */
	void (*remove)(struct node *folder, const char *name, size_t length);
	/* Give what has the old name the new one, in the place of what had that; 0 or -ENOSPC. */
	long (*move)(struct node *from, const char *old_name, size_t old_length, struct node *to, const char *name,
		     size_t length);
	bool (*is_empty)(struct node *folder);
	struct node *(*parent)(struct node *folder);                   /* of the root: itself */
	const char *(*name)(struct node *folder, size_t *length);      /* of what is not the root */
	const char *(*target)(struct node *link);                      /* ends with NUL */
	long (*resize)(struct node *file, int64_t size);               /* 0 or an error */
	void (*forget)(struct node *node);                             /* neither names nor references: its memory is free */
};

/* The capability `fs.root`: the folder "/". */
struct node *fs_root(void);

/* The capabilities `fs.devices` and `fs.image`: fill folders before main. Not every image has them. */
void fs_devices_fill(struct node *root);
void fs_image_fill(struct node *root);

/* One reference more, or less: then the node may be gone. */
static inline void node_keep(struct node *node)
{
	node->references++;
}
void node_drop(struct node *node);

/* The time, for nodes; 0 without a clock in the image. */
int64_t node_now(void);

static inline uint32_t node_type(const struct node *node)
{
	return node->mode & SYS_S_IFMT;
}

static inline bool node_is_folder(const struct node *node)
{
	return node_type(node) == SYS_S_IFDIR;
}

/* For the operations of opened nodes. */
int64_t node_object_end(struct descriptor_object *object);
void node_object_status(struct descriptor_object *object, struct sys_stat *status);
void node_object_release(struct descriptor_object *object);

#endif
