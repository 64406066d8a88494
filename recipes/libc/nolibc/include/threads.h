#ifndef THREADS_H
#define THREADS_H

/*
 * ISO C11, section 7.26. Threads take turns: another one runs only where the caller waits, here or in a call that waits. A lock goes
 * to those who wait for it in the order in which they came. To wait for what nobody can do is thrd_error, with one line on the
 * console. Context: thread.
 */

#include <sys/nolibc_time.h>

#define thread_local _Thread_local
#define TSS_DTOR_ITERATIONS 4
#define ONCE_FLAG_INIT {0, {0, 0}}

enum { thrd_success, thrd_busy, thrd_error, thrd_nomem, thrd_timedout };
enum { mtx_plain = 0, mtx_recursive = 1, mtx_timed = 2 };

/* Who waits, as the recipes of threads have it. */
struct nolibc_queue {
	struct thread *first, *last;
};

typedef struct thread *thrd_t;
typedef int (*thrd_start_t)(void *argument);
typedef struct {
	struct thread *owner;
	unsigned depth, kind;
	struct nolibc_queue waiters;
} mtx_t;
typedef struct {
	struct nolibc_queue waiters;
} cnd_t;
typedef struct {
	int state;
	struct nolibc_queue waiters;
} once_flag;
typedef unsigned tss_t;
typedef void (*tss_dtor_t)(void *value);

int thrd_create(thrd_t *thread, thrd_start_t function, void *argument);
int thrd_equal(thrd_t one, thrd_t other);
thrd_t thrd_current(void);
int thrd_sleep(const struct timespec *length, struct timespec *rest);
void thrd_yield(void);
_Noreturn void thrd_exit(int value); /* of the last one: exit(0) */
int thrd_detach(thrd_t thread);
int thrd_join(thrd_t thread, int *value);

int mtx_init(mtx_t *mutex, int kind);
int mtx_lock(mtx_t *mutex);
int mtx_timedlock(mtx_t *restrict mutex, const struct timespec *restrict moment);
int mtx_trylock(mtx_t *mutex);
int mtx_unlock(mtx_t *mutex);
void mtx_destroy(mtx_t *mutex);

int cnd_init(cnd_t *condition);
int cnd_signal(cnd_t *condition);
int cnd_broadcast(cnd_t *condition);
int cnd_wait(cnd_t *condition, mtx_t *mutex);
int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict moment);
void cnd_destroy(cnd_t *condition);

void call_once(once_flag *flag, void (*function)(void));

/* A value of each thread. A key that is made again has no values, whatever it had before. */
int tss_create(tss_t *key, tss_dtor_t destructor);
void *tss_get(tss_t key);
int tss_set(tss_t key, void *value);
void tss_delete(tss_t key);

#endif
