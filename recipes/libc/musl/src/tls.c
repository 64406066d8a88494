/*
 * What an image with thread-locals asks for, and what recipes/core/tls does where the C library has no own way. Here they
 * are set up already; `start` calls it, so that it is there.
 */

void tls_start(void);

void tls_start(void)
{
}
