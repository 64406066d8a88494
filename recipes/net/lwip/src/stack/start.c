/* The start: by the first socket, so that a program which opens none has no packets to answer. */

#include "network.h"

#include <stddef.h>

#include "clock.h"
#include "device.h"
#include "family.h"
#include "lwip/init.h"
#include "lwip/ip4_addr.h"
#include "memory.h"
#include "report.h"
#include "sys_calls.h"
#include "sys_errors.h"
#include "timers.h"
#include "wait.h"

enum { MILLISECOND = 1000000 };

struct netif network_interface;

static struct wait_queue for_address;

static bool poll_protocols(void)
{
	timers_run();
	netif_poll_all();
	device_send_waiting();
	return false;
}

static struct wait_source protocols = {.poll = poll_protocols, .deadline = timers_next};

static void tell(struct netif *interface)
{
	static bool had_one;
	uint32_t address = lwip_ntohl(netif_ip4_addr(interface)->addr);

	if (had_one && !address)
		report("network: the address is lost\n", NULL);
	had_one = address != 0;
	if (!family_has_changed(address))
		return;
	report("network: " REPORT_DECIMAL "." REPORT_DECIMAL "." REPORT_DECIMAL "." REPORT_DECIMAL "\n",
	       (uint64_t[]){address >> 24, address >> 16 & 0xff, address >> 8 & 0xff, address & 0xff});
	wait_wake(&for_address, ~0u);
}

static bool has_randomness(void)
{
	uint64_t number;

	return sys_getrandom(&number, sizeof(number), 0) == sizeof(number);
}

static long start(void)
{
	if (!has_randomness())
		return -SYS_EIO;
	lwip_memory_start();
	lwip_init();
	if (!device_start(&network_interface)) {
		report("network: there is no network card\n", NULL);
		return -SYS_ENODEV;
	}
	netif_set_default(&network_interface);
	netif_set_status_callback(&network_interface, tell);
	netif_set_up(&network_interface);
	wait_source_add(&protocols);
	network_address_start();
	family_start();
	return 0;
}

long network_start(void)
{
	static bool has_started;
	static long result;

	if (!has_started) {
		has_started = true;
		result = start();
	}
	return result;
}

bool network_wait_for_address(void)
{
	static bool is_told;
	uint64_t limit = clock_monotonic() + OPTION_ADDRESS_SECONDS * UINT64_C(1000) * MILLISECOND;

	while (ip4_addr_isany(netif_ip4_addr(&network_interface)))
		if (wait_on(&for_address, is_told ? 0 : limit) != WAIT_WOKEN) {
			if (!is_told)
				report("network: no address after " REPORT_DECIMAL " s, nobody answers by DHCP\n",
				       (uint64_t[]){OPTION_ADDRESS_SECONDS});
			is_told = true;
			return false;
		}
	return true;
}

void network_flush(void)
{
	net_device_flush();
}
