#ifndef PATHS_WALK_H
#define PATHS_WALK_H

#include "node.h"

/* What to do with the last name of a path. */
enum walk {
	WALK_LINK = 0,   /* a link itself is meant, if no slash is behind it */
	WALK_FOLLOW = 1, /* what a link leads to is meant */
	WALK_CREATE = 2, /* it may be made, so a slash behind it is EISDIR */
	WALK_NAME = 4,   /* the name itself is meant, whatever is there and whatever is behind it */
};

/* What the last name is. */
enum walk_last { LAST_NAME, LAST_DOT, LAST_DOTDOT, LAST_ROOT };

struct walked {
	struct node *folder; /* which has, or would have, the last name */
	struct node *node;   /* a null pointer if nothing has the name */
	const char *name;
	size_t length;
	enum walk_last last;
	bool slashed; /* slashes are behind the last name */
};

/* Where `path` leads, from the folder behind `folder` or SYS_AT_FDCWD; 0 or an error. */
long paths_walk(int folder, const char *path, unsigned how, struct walked *at);

/* The node that `path` means; `flags` are SYS_AT_SYMLINK_NOFOLLOW and SYS_AT_EMPTY_PATH. */
long paths_find(int folder, const char *path, int flags, struct node **node);

/* As paths_walk with WALK_NAME, for a name that is to be made: 0, or why not. Only a folder may have slashes behind its name. */
long paths_walk_to_new(int folder, const char *path, bool is_folder, struct walked *at);

/* The current folder, and what new nodes do not get of their modes. */
struct node *paths_current(void);
extern uint32_t paths_mask;

#endif
