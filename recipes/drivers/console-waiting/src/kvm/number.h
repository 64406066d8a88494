/* The UART's interrupt on QEMU's virt machine; its kin have their UART elsewhere, but this input for it. */
enum { UART_INTERRUPT = 33 };
