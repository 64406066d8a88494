/* The last step before the app. */

#include "start.h"

#include "image.h"

extern char **environ;
_Noreturn void exit(int status);

_Noreturn void start(int argc, char **argv, char **envp)
{
	environ = envp;
	exit(main(argc, argv, envp));
}
