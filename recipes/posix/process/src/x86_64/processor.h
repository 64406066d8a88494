/* What uname calls the processor. */
#define PROCESSOR "x86_64"
