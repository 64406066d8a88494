/* Context: included by mbedtls/config.h behind its own settings, which are upstream's; see its MBEDTLS_USER_CONFIG_FILE.
 * Here is what cannot work in an image of one thread without sockets. */
#ifndef MBEDTLS_IMAGE_H
#define MBEDTLS_IMAGE_H

#undef MBEDTLS_TIMING_C /* its alarm waits for a signal that nothing sends */
#undef MBEDTLS_NET_C	/* sockets */

#endif
