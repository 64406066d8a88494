/* What uname calls the processor. */
#define PROCESSOR "aarch64"
