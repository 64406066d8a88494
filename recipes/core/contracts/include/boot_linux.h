#ifndef BOOT_LINUX_H
#define BOOT_LINUX_H

#include <stdint.h>

/*
 * What the kernel put on the stack before the first instruction (System V ABI, "Process Initialization"):
 * argc, argv, a zero, the environment, a zero, the auxiliary vector. Everything below it is stack in use.
 */
extern uintptr_t *boot_words;

#endif
