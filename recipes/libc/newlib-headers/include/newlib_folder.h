#ifndef NEWLIB_FOLDER_H
#define NEWLIB_FOLDER_H

/* Folders: what <dirent.h> leaves to the system. The functions are those of the recipe calls. */

#include <sys/types.h>

#define MAXNAMLEN 255

#define DT_UNKNOWN 0
#define DT_FIFO 1
#define DT_CHR 2
#define DT_DIR 4
#define DT_BLK 6
#define DT_REG 8
#define DT_LNK 10
#define DT_SOCK 12

struct dirent {
	ino_t d_ino;
	off_t d_off; /* for seekdir */
	unsigned short d_reclen;
	unsigned char d_type;
	char d_name[MAXNAMLEN + 1];
};

typedef struct calls_folder DIR;

#endif
