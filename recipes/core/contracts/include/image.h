#ifndef IMAGE_H
#define IMAGE_H

/*
 * What the composer generates for every image, and what every image must have.
 */

/* Runs the init calls of the recipes that are alive, level by level. Generated; no calls, no code. */
void image_init(void);

/* The app's entry; the form with three parameters fits each legal definition of it. */
int main(int argc, char **argv, char **envp);

/* The environment, ended by a null pointer. The libc owns it; who calls main sets it before. */
extern char **environ;

/*
 * Addresses set by the generated linker script; all are page-aligned, so that each pair encloses whole pages.
 * Each segment is one of rx (code), r (constants) and rw (data, then bss).
 */
extern char image_start[], image_end[];
extern char image_rx_start[], image_rx_end[];
extern char image_r_start[], image_r_end[];
extern char image_rw_start[], image_rw_end[];

/*
 * Each segment's bytes in the file. A flat file has them one after the other, and boot code moves r and rw here; the
 * addresses are then multiples of 8. From the end of rw's bytes to image_zero_end, memory must be zero.
 */
extern char image_rx_bytes_start[], image_rx_bytes_end[];
extern char image_r_bytes_start[], image_r_bytes_end[];
extern char image_rw_bytes_start[], image_rw_bytes_end[];
extern char image_zero_end[];

/*
 * First values of thread-local variables: their bytes, then memory that is zero and that no address is given to
 * (image_tls_end is where it would end). image_tls_align is no address but a number, the alignment in bytes that a copy
 * for a thread must have. Without such variables all three addresses are one.
 */
extern char image_tls_start[], image_tls_bytes_end[], image_tls_end[];
extern char image_tls_align[];

/*
 * Zeroed memory for the variables of one thread, aligned as they must be and large enough for them and for 16 bytes
 * at either end, as far apart as the alignment asks. There is none in an image that does not use it.
 */
extern char image_tls_block[];

/*
 * Functions that run when the program ends, the last one first. Only in an image that has any, whose destructors then need
 * the symbol destructors_start; a libc that runs them itself defines it too.
 */
extern void (*const image_destructors_start[])(void), (*const image_destructors_end[])(void);

/* Its address is the number of bytes from image_start on that the image and its boot code take. */
extern char image_size[];

/* Its address is no address but a number: the manifest's `memory`, in bytes. */
extern char image_memory[];

#endif
