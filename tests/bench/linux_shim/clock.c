/* clock_gettime without entering the kernel, as a program of Linux has it: by the function of the kernel's shared object. */

#include <elf.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/syscall.h>

#include "shim.h"
#include "sys_calls.h"

static long ask_kernel(int clock, struct sys_timespec *time)
{
	return linux_call(SYS_clock_gettime, clock, (long)time, 0);
}

static long (*ask)(int clock, struct sys_timespec *time) = ask_kernel;

long sys_clock_gettime(int clock, struct sys_timespec *time)
{
	return ask(clock, time);
}

void clock_start(uintptr_t base)
{
	const uintptr_t found = base == 0 ? 0 : vdso_function((const unsigned char *)base, "__vdso_clock_gettime");
	if (found != 0)
		ask = (long (*)(int, struct sys_timespec *))found;
}

/* Addresses in the object count from where its first loaded byte was meant to be. */
static const unsigned char *origin(const unsigned char *base, const Elf64_Phdr *programs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (programs[i].p_type == PT_LOAD)
			return base + programs[i].p_offset - programs[i].p_vaddr;
	return base;
}

static const Elf64_Dyn *dynamic(const unsigned char *base, const Elf64_Phdr *programs, size_t count)
{
	static const Elf64_Dyn none = {DT_NULL, {0}};
	for (size_t i = 0; i < count; i++)
		if (programs[i].p_type == PT_DYNAMIC)
			return (const Elf64_Dyn *)(base + programs[i].p_offset);
	return &none;
}

static bool equal(const char *one, const char *other)
{
	for (; *one == *other; one++, other++)
		if (*one == 0)
			return true;
	return false;
}

uintptr_t vdso_function(const unsigned char *base, const char *name)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)base;
	const Elf64_Phdr *programs = (const Elf64_Phdr *)(base + header->e_phoff);
	const unsigned char *zero = origin(base, programs, header->e_phnum);
	const Elf64_Sym *symbols = NULL;
	const char *names = NULL;
	const uint32_t *hash = NULL;

	for (const Elf64_Dyn *entry = dynamic(base, programs, header->e_phnum); entry->d_tag != DT_NULL; entry++) {
		if (entry->d_tag == DT_SYMTAB)
			symbols = (const Elf64_Sym *)(zero + entry->d_un.d_ptr);
		if (entry->d_tag == DT_STRTAB)
			names = (const char *)(zero + entry->d_un.d_ptr);
		if (entry->d_tag == DT_HASH)
			hash = (const uint32_t *)(zero + entry->d_un.d_ptr);
	}
	if (symbols == NULL || names == NULL || hash == NULL)
		return 0;
	for (uint32_t i = 0; i < hash[1]; i++) /* hash[1]: as many symbols as chains */
		if (symbols[i].st_shndx != SHN_UNDEF && equal(names + symbols[i].st_name, name))
			return (uintptr_t)(zero + symbols[i].st_value);
	return 0;
}
