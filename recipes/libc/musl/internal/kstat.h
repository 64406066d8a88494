/* What newfstatat and fstat fill in: struct sys_stat of sys_types.h, with the names that musl reads it by. */

struct kstat {
	dev_t st_dev;
	ino_t st_ino;
	unsigned st_mode;
	unsigned st_nlink;
	unsigned st_uid;
	unsigned st_gid;
	dev_t st_rdev;
	unsigned long padding_1;
	off_t st_size;
	int st_blksize;
	int padding_2;
	long st_blocks;
	long st_atime_sec;
	long st_atime_nsec;
	long st_mtime_sec;
	long st_mtime_nsec;
	long st_ctime_sec;
	long st_ctime_nsec;
	unsigned padding_3[2];
};
