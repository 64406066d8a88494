#ifndef NET_DEVICE_H
#define NET_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The capability `net.device`: one Ethernet device, whose frames go both ways without being copied. Context of all: thread. The
 * driver adds a wait_source of its own; the user's functions are called from its poll.
 */

enum { NET_PIECES_MOST = 48 }; /* of a frame that is sent */

enum net_ability {
	NET_SEND_CHECKSUM = 1,    /* takes net_send.checksum_start */
	NET_RECEIVE_CHECKSUM = 2, /* says of frames that their checksums are right */
	NET_SEND_SEGMENTS = 4,    /* takes net_send.segment_size */
	NET_RECEIVE_SEGMENTS = 8, /* gives frames that are longer than the MTU, joined of several */
};

struct net_device {
	uint8_t address[6];
	uint16_t mtu;       /* bytes of a frame behind its Ethernet header */
	bool is_up;         /* whether there was a link at the start */
	uint32_t abilities; /* of enum net_ability: those that both sides have */
};

/*
 * A frame that has come, or a piece of one; the first has at least the Ethernet header. It is the user's until net_device_give_back, and
 * so are the bytes, to write in as well.
 */
struct net_frame {
	void *bytes;
	uint32_t length;         /* of this piece; checked against what the device was given */
	bool checksum_is_right;  /* of the first piece: the device vouches for that of TCP or UDP, which need not be in its place */
	struct net_frame *next;  /* the next piece of the same frame, or null; the user may change it */
	uintptr_t user[8];       /* the user's own; never looked at */
};

/* A frame to be sent. */
struct net_piece {
	const void *bytes;
	uint32_t length;
};
struct net_send {
	const struct net_piece *pieces; /* the caller's, needed only for the call; the bytes must stay until `sent` */
	uint32_t count; /* at most NET_PIECES_MOST */
	uint16_t checksum_start, checksum_offset; /* sum from there to the end, to be put there + offset, where that of the pseudo header is; 0, 0: nothing to do */
	uint16_t segment_size; /* bytes of TCP data for each frame that this is to be cut into; 0: not to be cut */
	uint16_t header_size;  /* then: bytes before the data */
	void *owner;           /* comes back by `sent` */
};

struct net_device_user {
	uint32_t abilities; /* what it can deal with; the device is asked for no other */
	void (*received)(struct net_frame *frame);
	void (*sent)(void *owner); /* the bytes of a frame may be used again */
	void (*link)(bool is_up);
};

/* Look for the device and start it. False: there is none, or it cannot be used, which the console then says. `user` must stay. Once. */
bool net_device_start(const struct net_device_user *user, struct net_device *device);

/* Send; false: there is no room until a `sent`. It may be called in `received` and `sent` too. */
bool net_device_send(const struct net_send *frame);

/* Tell the device of all that was sent since the last time. One of these is dear, so send what there is first; poll does it too. */
void net_device_flush(void);

/* Give pieces back, one or a chain. The device gets them with the next poll. */
void net_device_give_back(struct net_frame *frame);

#endif
