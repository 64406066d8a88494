/* No variable is thread-local. Part of create.c and schedule.c. */

static inline char *threads_own_start(struct thread *thread, char *end)
{
	(void)thread;
	return end;
}

static inline void threads_own_leave(struct thread *thread)
{
	(void)thread;
}

static inline void threads_own_enter(struct thread *thread)
{
	(void)thread;
}
