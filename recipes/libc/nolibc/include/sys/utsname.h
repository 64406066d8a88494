#ifndef SYS_UTSNAME_H
#define SYS_UTSNAME_H

/* POSIX; the layout is that of the system calls. Context: thread. */

struct utsname {
	char sysname[65], nodename[65], release[65], version[65], machine[65], domainname[65];
};

int uname(struct utsname *name);

#endif
