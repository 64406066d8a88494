/*
 * System calls that are not there. The reason of each is in recipe.yaml, where the composer reads it.
 *
 * What the caller passes does not matter, so that each is one function without parameters: both calling conventions allow
 * a call with more than a function looks at.
 */

#include <stdbool.h>
#include <stddef.h>

#include "report.h"
#include "sys_errors.h"

static long fail(const char *name, bool *is_told)
{
	if (!*is_told) {
		*is_told = true;
		report("posix: ", NULL);
		report(name, NULL);
		report(" is not there\n", NULL);
	}
	return -SYS_ENOSYS;
}

/* A name in a section of its own leaves with its function; a string literal may stand with all others. */
#define ABSENT(name)                                        \
	long sys_##name(void);                              \
	long sys_##name(void)                               \
	{                                                   \
		static const char text[] = #name;           \
		static bool is_told;                        \
		return fail(text, &is_told);                \
	}

ABSENT(clone)
ABSENT(clone3)
ABSENT(fork)
ABSENT(kcmp)
ABSENT(pidfd_getfd)
ABSENT(pidfd_open)
ABSENT(pidfd_send_signal)
ABSENT(process_madvise)
ABSENT(process_mrelease)
ABSENT(process_vm_readv)
ABSENT(process_vm_writev)
ABSENT(ptrace)
ABSENT(rt_tgsigqueueinfo)
ABSENT(setns)
ABSENT(unshare)
ABSENT(vfork)
ABSENT(wait4)
ABSENT(waitid)

ABSENT(execve)
ABSENT(execveat)

ABSENT(mq_getsetattr)
ABSENT(mq_notify)
ABSENT(mq_open)
ABSENT(mq_timedreceive)
ABSENT(mq_timedsend)
ABSENT(mq_unlink)
ABSENT(msgctl)
ABSENT(msgget)
ABSENT(msgrcv)
ABSENT(msgsnd)
ABSENT(semctl)
ABSENT(semget)
ABSENT(semop)
ABSENT(semtimedop)
ABSENT(shmat)
ABSENT(shmctl)
ABSENT(shmdt)
ABSENT(shmget)

ABSENT(fanotify_init)
ABSENT(fanotify_mark)
ABSENT(inotify_add_watch)
ABSENT(inotify_init1)
ABSENT(inotify_rm_watch)
ABSENT(memfd_create)
ABSENT(memfd_secret)
ABSENT(signalfd4)
ABSENT(timerfd_create)
ABSENT(timerfd_gettime)
ABSENT(timerfd_settime)
ABSENT(userfaultfd)

ABSENT(getitimer)
ABSENT(setitimer)
ABSENT(timer_create)
ABSENT(timer_delete)
ABSENT(timer_getoverrun)
ABSENT(timer_gettime)
ABSENT(timer_settime)

ABSENT(futex_waitv)
ABSENT(get_robust_list)
ABSENT(membarrier)
ABSENT(rseq)
ABSENT(set_robust_list)

ABSENT(acct)
ABSENT(add_key)
ABSENT(bpf)
ABSENT(chroot)
ABSENT(delete_module)
ABSENT(finit_module)
ABSENT(fsconfig)
ABSENT(fsmount)
ABSENT(fsopen)
ABSENT(fspick)
ABSENT(init_module)
ABSENT(kexec_file_load)
ABSENT(kexec_load)
ABSENT(keyctl)
ABSENT(mount)
ABSENT(mount_setattr)
ABSENT(move_mount)
ABSENT(open_tree)
ABSENT(pivot_root)
ABSENT(quotactl)
ABSENT(quotactl_fd)
ABSENT(reboot)
ABSENT(request_key)
ABSENT(setdomainname)
ABSENT(sethostname)
ABSENT(swapoff)
ABSENT(swapon)
ABSENT(syslog)
ABSENT(umount2)
ABSENT(vhangup)

ABSENT(capget)
ABSENT(capset)
ABSENT(landlock_add_rule)
ABSENT(landlock_create_ruleset)
ABSENT(landlock_restrict_self)
ABSENT(perf_event_open)
ABSENT(personality)
ABSENT(pkey_alloc)
ABSENT(pkey_free)
ABSENT(pkey_mprotect)
ABSENT(seccomp)

ABSENT(fgetxattr)
ABSENT(flistxattr)
ABSENT(fremovexattr)
ABSENT(fsetxattr)
ABSENT(getxattr)
ABSENT(lgetxattr)
ABSENT(listxattr)
ABSENT(llistxattr)
ABSENT(lremovexattr)
ABSENT(lsetxattr)
ABSENT(name_to_handle_at)
ABSENT(open_by_handle_at)
ABSENT(removexattr)
ABSENT(setxattr)

ABSENT(io_cancel)
ABSENT(io_destroy)
ABSENT(io_getevents)
ABSENT(io_pgetevents)
ABSENT(io_setup)
ABSENT(io_submit)
ABSENT(io_uring_enter)
ABSENT(io_uring_register)
ABSENT(io_uring_setup)
ABSENT(ioprio_get)
ABSENT(ioprio_set)

ABSENT(get_mempolicy)
ABSENT(lookup_dcookie)
ABSENT(mbind)
ABSENT(migrate_pages)
ABSENT(move_pages)
ABSENT(remap_file_pages)
ABSENT(sched_getattr)
ABSENT(sched_setattr)
ABSENT(sched_setparam)
ABSENT(sched_setscheduler)
ABSENT(set_mempolicy)
ABSENT(set_mempolicy_home_node)

ABSENT(adjtimex)
ABSENT(clock_adjtime)
ABSENT(settimeofday)

ABSENT(copy_file_range)
ABSENT(sendfile)
ABSENT(splice)
ABSENT(tee)
ABSENT(vmsplice)

ABSENT(close_range)
ABSENT(fadvise64)
ABSENT(openat2)
ABSENT(preadv2)
ABSENT(pwritev2)
ABSENT(readahead)
ABSENT(statx)
ABSENT(sync_file_range)
ABSENT(syncfs)
