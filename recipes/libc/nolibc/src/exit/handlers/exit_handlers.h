#ifndef EXIT_HANDLERS_H
#define EXIT_HANDLERS_H

/* Of nolibc-atexit: call what atexit was given. Context: thread. */
void nolibc_run_handlers(void);

#endif
