#ifndef SIGNAL_H
#define SIGNAL_H

/*
 * ISO C11, section 7.14, and POSIX: signals that the program sends itself. A handler runs before the call that raised
 * its signal returns. Nobody else sends any: a trap ends the guest. Context: thread.
 */

#include <sys/nolibc_sigset.h>
#include <sys/types.h>

#define SIGHUP 1
#define SIGINT 2
#define SIGQUIT 3
#define SIGILL 4
#define SIGTRAP 5
#define SIGABRT 6
#define SIGBUS 7
#define SIGFPE 8
#define SIGKILL 9
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGUSR2 12
#define SIGPIPE 13
#define SIGALRM 14
#define SIGTERM 15
#define SIGCHLD 17
#define SIGCONT 18
#define SIGSTOP 19
#define SIGTSTP 20
#define SIGTTIN 21
#define SIGTTOU 22
#define SIGURG 23
#define SIGXCPU 24
#define SIGXFSZ 25
#define SIGVTALRM 26
#define SIGPROF 27
#define SIGWINCH 28
#define SIGIO 29
#define SIGPWR 30
#define SIGSYS 31
#define NSIG 65

typedef int sig_atomic_t;
typedef void (*nolibc_handler)(int number);

#define SIG_DFL ((nolibc_handler)0)
#define SIG_IGN ((nolibc_handler)1)
#define SIG_ERR ((nolibc_handler)-1)

#define SIG_BLOCK 0
#define SIG_UNBLOCK 1
#define SIG_SETMASK 2

#define SA_NODEFER 0x40000000
#define SA_RESETHAND ((int)0x80000000)
#define SA_RESTART 0x10000000

struct sigaction {
	nolibc_handler sa_handler; /* SA_SIGINFO is not there */
	sigset_t sa_mask;
	int sa_flags;
};

nolibc_handler signal(int number, nolibc_handler handler);
int raise(int number);
int kill(pid_t process, int number);
int sigaction(int number, const struct sigaction *restrict action, struct sigaction *restrict old);
int sigprocmask(int how, const sigset_t *restrict set, sigset_t *restrict old);
int sigpending(sigset_t *set);
int sigsuspend(const sigset_t *mask);
int sigemptyset(sigset_t *set);
int sigfillset(sigset_t *set);
int sigaddset(sigset_t *set, int number);
int sigdelset(sigset_t *set, int number);
int sigismember(const sigset_t *set, int number);

#endif
