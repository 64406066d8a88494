/*
 * Where names are asked: musl reads /etc/resolv.conf. If there is no such file, what the network has told is written there first, so that other
 * programs' code finds it as well.
 */

#include <sys/stat.h>

#include "net_names.h"

#define __get_resolv_conf read_resolv_conf
#include "../network/resolvconf.c"
#undef __get_resolv_conf

#include <fcntl.h>
#include <unistd.h>

static const char path[] = "/etc/resolv.conf";

static void write_servers(void)
{
	static const char start[] = "nameserver ";
	char line[sizeof(start) + NET_SERVER_TEXT] = "nameserver ", *text = line + sizeof(start) - 1;
	int file;

	if (access(path, F_OK) == 0 || !net_name_server(0, text, NET_SERVER_TEXT))
		return;
	mkdir("/etc", 0755);
	file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	if (file < 0)
		return;
	for (unsigned number = 0; number < MAXNS && net_name_server(number, text, NET_SERVER_TEXT); number++) {
		strcat(line, "\n");
		write(file, line, strlen(line));
	}
	close(file);
}

int __get_resolv_conf(struct resolvconf *conf, char *search, size_t size)
{
	write_servers();
	return read_resolv_conf(conf, search, size);
}
