#ifndef DIRENT_H
#define DIRENT_H

/* POSIX. Context: thread. Ownership: what opendir gives belongs to the caller until closedir. */

#include <sys/types.h>

#define DT_UNKNOWN 0
#define DT_FIFO 1
#define DT_CHR 2
#define DT_DIR 4
#define DT_BLK 6
#define DT_REG 8
#define DT_LNK 10
#define DT_SOCK 12

/* The layout is that of the system calls (struct sys_dirent). */
struct dirent {
	ino_t d_ino;
	off_t d_off; /* for seekdir */
	unsigned short d_reclen;
	unsigned char d_type;
	char d_name[256];
};

typedef struct calls_folder DIR;

DIR *opendir(const char *path);
DIR *fdopendir(int descriptor);
struct dirent *readdir(DIR *folder); /* valid until the following call on `folder` */
void rewinddir(DIR *folder);
long telldir(DIR *folder);
void seekdir(DIR *folder, long place); /* which telldir gave */
int closedir(DIR *folder);
int dirfd(DIR *folder);

#endif
