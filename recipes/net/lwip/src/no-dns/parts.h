/* Without the client of DNS. */
#define LWIP_DNS 0
