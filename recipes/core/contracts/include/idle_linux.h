#ifndef IDLE_LINUX_H
#define IDLE_LINUX_H

/*
 * The capability `idle.linux`, of processes: idle_until also ends when one of some descriptors of the host can be read. At
 * most 8. One that nobody reads though it could be would end each wait, so it is to be forgotten meanwhile. Context of both: thread.
 */

/* From now on it is one of them; it may be already. */
void idle_linux_watch(int descriptor);

/* It is none of them; it may never have been. */
void idle_linux_forget(int descriptor);

#endif
