#ifndef BOOT_COMMAND_LINE_H
#define BOOT_COMMAND_LINE_H

/* What a boot recipe whose loader passes one line leaves behind. Assembly reads this file too. */

/* Bytes of the command line that are kept, the closing NUL included. */
#define BOOT_COMMAND_LINE_SIZE 2048

#ifndef __ASSEMBLER__

/* The command line as the loader passed it; its last byte is not NUL if it was cut. */
extern char boot_command_line[BOOT_COMMAND_LINE_SIZE];

#endif

#endif
