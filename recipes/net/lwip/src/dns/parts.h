/* With the client of DNS, for programs that look names up. */
#define LWIP_DNS 1
