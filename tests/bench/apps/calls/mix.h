#ifndef MIX_H
#define MIX_H

/* `turns` times free one of 64 blocks and allocate another: of 16 to 4,096 bytes, one of 64 being of 64 KiB. */
void mix(unsigned long turns);

#endif
