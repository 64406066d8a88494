#ifndef IDLE_LINUX_H
#define IDLE_LINUX_H

/*
 * The capability `idle.linux`, of processes: from now on idle_until also ends when the host's `descriptor` can be read. At
 * most 8. Context: thread.
 */
void idle_linux_watch(int descriptor);

#endif
