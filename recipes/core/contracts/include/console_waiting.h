#ifndef CONSOLE_WAITING_H
#define CONSOLE_WAITING_H

/*
 * The capability `console.waiting`: let others run until there is input to be read from the console. It is the other half of the
 * console's driver, which calls it, as a weak symbol, where it would else look again and again. Context: thread.
 */
void console_wait(void);

#endif
