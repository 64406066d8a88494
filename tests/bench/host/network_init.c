/*
 * The first process of a Linux guest that serves a network: loads the modules of the kernel's package that it was given, in the order of their
 * names, gives the first card its address, and becomes the program.
 */

#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { NAME_SIZE = 300 };

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int is_module(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void load_modules(void)
{
	struct dirent **found;
	int count = scandir("/modules", &found, is_module, alphasort);

	for (int i = 0; i < count; i++) {
		char path[NAME_SIZE];
		int file;

		snprintf(path, sizeof(path), "/modules/%s", found[i]->d_name);
		file = open(path, O_RDONLY);
		if (file < 0 || syscall(SYS_finit_module, file, "", 0))
			fail(path);
		close(file);
	}
}

static void set_address(int socket, struct ifreq *card, unsigned long request, const char *address)
{
	struct sockaddr_in *value = (struct sockaddr_in *)&card->ifr_addr;

	memset(value, 0, sizeof(*value));
	value->sin_family = AF_INET;
	inet_pton(AF_INET, address, &value->sin_addr);
	if (ioctl(socket, request, card))
		fail(address);
}

static void bring_up(const char *name, const char *address, const char *mask)
{
	struct ifreq card = {0};
	int socket_of_control = socket(AF_INET, SOCK_DGRAM, 0);

	strncpy(card.ifr_name, name, IFNAMSIZ - 1);
	for (int tries = 0; ioctl(socket_of_control, SIOCGIFFLAGS, &card) && tries < 500; tries++)
		usleep(10000); /* its driver may not have found it yet */
	set_address(socket_of_control, &card, SIOCSIFADDR, address);
	set_address(socket_of_control, &card, SIOCSIFNETMASK, mask);
	if (ioctl(socket_of_control, SIOCGIFFLAGS, &card))
		fail(name);
	card.ifr_flags |= IFF_UP;
	if (ioctl(socket_of_control, SIOCSIFFLAGS, &card))
		fail(name);
	close(socket_of_control);
}

int main(int argc, char **argv)
{
	load_modules();
	bring_up("eth0", argc > 1 ? argv[1] : "10.9.0.2", "255.255.255.0");
	execl("/program", "program", (char *)NULL);
	fail("/program");
}
