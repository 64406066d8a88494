#ifndef VIRTIO_CARD_H
#define VIRTIO_CARD_H

/* The model as a network card. */

#include "virtio_model.h"

enum { BUFFER = 2048, HEADER = 12 };
enum { CHECKSUM = 0, GUEST_CHECKSUM = 1, MTU = 3, MAC = 5, GUEST_TSO4 = 7, HOST_TSO4 = 11, MERGED = 15, STATUS = 16 };

/* What it offers. */
static inline uint64_t random_features(void)
{
	static const uint8_t bits[] = {CHECKSUM, GUEST_CHECKSUM, MTU, GUEST_TSO4, HOST_TSO4, MERGED, STATUS, EVENT};
	uint64_t features = UINT64_C(1) << VERSION_1 | UINT64_C(1) << MAC;
	for (size_t i = 0; i < sizeof(bits); i++)
		features |= (uint64_t)random_below(2) << bits[i];
	for (unsigned i = 33; i < 64; i++) /* what nobody here knows */
		features |= (uint64_t)random_below(2) << i;
	return features;
}

/* It is a card, and says this of itself. */
static void set_config(uint16_t mtu)
{
	model_kind = VIRTIO_NET;
	config_size = 12;
	memcpy(config, "\x52\x54\0\x12\x34\x56\1\0\0\0", 10);
	config[10] = (uint8_t)mtu;
	config[11] = (uint8_t)(mtu >> 8);
}

#endif
