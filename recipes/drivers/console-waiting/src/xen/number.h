/* The UART's interrupt in a domain of Xen (xen/include/public/arch-arm.h, GUEST_VPL011_SPI). */
enum { UART_INTERRUPT = 32 };
