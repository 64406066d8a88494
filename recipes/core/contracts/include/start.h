#ifndef START_H
#define START_H

/*
 * From the boot recipe to the app. Each boot recipe calls, in this order and on main's stack:
 * trap_start, image_init, and then start, by way of arguments_start where the loader passes one line.
 */

/* The capability `trap`: from now on a refused instruction is reported and ends the guest. Once, first. */
void trap_start(void);

/* The capability `arguments`: parse the loader's command line and call start with it. */
_Noreturn void arguments_start(void);

/* The capability `start`: run main and exit with its value. The arrays and strings live for ever. */
_Noreturn void start(int argc, char **argv, char **envp);

#endif
