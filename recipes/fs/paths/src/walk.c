/* From a path to a node. Links are followed by a stack of what is still to be walked, not by calling oneself. */

#include "walk.h"

#include "sys_errors.h"

enum { MOST_LINKS = 40, LONGEST_PATH = 4096, LONGEST_NAME = 255 };

struct walk_state {
	const char *rest[MOST_LINKS + 1]; /* of the path, and of each link that is being followed */
	unsigned depth;                   /* of the rest that is walked now */
	unsigned links;                   /* that were followed in all */
	bool slashed;                     /* slashes are behind the last link that was followed */
};

/* Leave slashes behind, and links that are walked to their ends; whether there were slashes. */
static bool skip_slashes(struct walk_state *state)
{
	bool slashed = false;

	for (;;) {
		for (; *state->rest[state->depth] == '/'; state->rest[state->depth]++)
			slashed = true;
		if (*state->rest[state->depth] || state->depth == 0)
			return slashed;
		state->depth--;
	}
}

static void take_name(struct walk_state *state, struct walked *at)
{
	const char *name = state->rest[state->depth], *end = name;

	while (*end && *end != '/')
		end++;
	state->rest[state->depth] = end;
	at->name = name;
	at->length = (size_t)(end - name);
	at->slashed = skip_slashes(state) || state->slashed;
	at->last = LAST_NAME;
	if (name[0] == '.' && at->length == 1)
		at->last = LAST_DOT;
	if (name[0] == '.' && name[1] == '.' && at->length == 2)
		at->last = LAST_DOTDOT;
}

static struct node *look_up(const struct walked *at)
{
	switch (at->last) {
	case LAST_NAME:
		return at->folder->operations->find(at->folder, at->name, at->length);
	case LAST_DOTDOT:
		return at->folder->operations->parent(at->folder);
	default:
		return at->folder;
	}
}

/* Go on with the target of the link `at->node`. */
static long follow(struct walk_state *state, struct walked *at)
{
	const char *target = at->node->operations->target(at->node);

	if (++state->links > MOST_LINKS)
		return -SYS_ELOOP;
	if (*state->rest[state->depth])
		state->depth++;
	else
		state->slashed = at->slashed;
	state->rest[state->depth] = target;
	if (*target == '/')
		at->folder = fs_root();
	at->node = at->folder;
	at->last = LAST_ROOT;
	return 0;
}

/* What is to be said of the last name. */
static long end_at(const struct walked *at, unsigned how)
{
	if (at->slashed && !(how & WALK_NAME) && at->node && !node_is_folder(at->node))
		return -SYS_ENOTDIR;
	return 0;
}

static long walk(struct walk_state *state, unsigned how, struct walked *at)
{
	long error;

	skip_slashes(state);
	while (*state->rest[state->depth]) {
		take_name(state, at);
		if (at->length > LONGEST_NAME)
			return at->folder->links ? -SYS_ENAMETOOLONG : -SYS_ENOENT;
		bool is_last = !*state->rest[state->depth];
		if (is_last && at->slashed && at->last == LAST_NAME && how & WALK_CREATE)
			return -SYS_EISDIR;
		at->node = look_up(at);
		bool is_link = at->node && node_type(at->node) == SYS_S_IFLNK;
		if (is_last && !(is_link && (how & WALK_FOLLOW || (at->slashed && !(how & WALK_NAME)))))
			return end_at(at, how);
		if (!at->node)
			return -SYS_ENOENT;
		if (is_link) {
			error = follow(state, at);
			if (error)
				return error;
			skip_slashes(state);
		} else if (!node_is_folder(at->node)) {
			return -SYS_ENOTDIR;
		} else {
			at->folder = at->node;
		}
	}
	return 0;
}

/* The folder from which `path` is walked. */
static long start_of(int folder, const char *path, struct node **start)
{
	struct descriptor_object *object;

	if (*path == '/') {
		*start = fs_root();
		return 0;
	}
	if (folder == SYS_AT_FDCWD) {
		*start = paths_current();
		return 0;
	}
	object = descriptor_object(folder);
	if (!object)
		return -SYS_EBADF;
	if (!object->node || !node_is_folder(object->node))
		return -SYS_ENOTDIR;
	*start = object->node;
	return 0;
}

long paths_walk(int folder, const char *path, unsigned how, struct walked *at)
{
	struct walk_state state = {.rest = {path}};
	long error;

	if (!*path)
		return -SYS_ENOENT;
	if (__builtin_strlen(path) >= LONGEST_PATH)
		return -SYS_ENAMETOOLONG;
	error = start_of(folder, path, &at->folder);
	if (error)
		return error;
	at->node = at->folder;
	at->last = LAST_ROOT;
	at->slashed = false;
	return walk(&state, how, at);
}

/* What is behind a descriptor itself, for SYS_AT_EMPTY_PATH. */
static long node_behind(int descriptor, struct node **node)
{
	struct descriptor_object *object;

	if (descriptor == SYS_AT_FDCWD) {
		*node = paths_current();
		return 0;
	}
	object = descriptor_object(descriptor);
	if (!object)
		return -SYS_EBADF;
	*node = object->node;
	return *node ? 0 : -SYS_EINVAL;
}

long paths_find(int folder, const char *path, int flags, struct node **node)
{
	struct walked at;
	long error;

	if (!*path && flags & SYS_AT_EMPTY_PATH)
		return node_behind(folder, node);
	error = paths_walk(folder, path, flags & SYS_AT_SYMLINK_NOFOLLOW ? WALK_LINK : WALK_FOLLOW, &at);
	if (error)
		return error;
	*node = at.node;
	return at.node ? 0 : -SYS_ENOENT;
}

long paths_walk_to_new(int folder, const char *path, bool is_folder, struct walked *at)
{
	long error = paths_walk(folder, path, WALK_NAME, at);

	if (error)
		return error;
	if (at->node)
		return -SYS_EEXIST;
	if ((at->slashed && !is_folder) || at->folder->links == 0)
		return -SYS_ENOENT;
	return 0;
}
