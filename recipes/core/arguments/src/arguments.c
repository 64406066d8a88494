/* The command line as argv and envp; the grammar is in recipes/CONVENTIONS.md, "The command line". */

#include <stdbool.h>
#include <stddef.h>

#include "boot_command_line.h"
#include "report.h"
#include "start.h"

/* Every word takes two bytes of the line, so that the array cannot overflow; the name and two ends come on top. */
enum { WORDS = BOOT_COMMAND_LINE_SIZE / 2 + 3 };

/* Arguments from the front, settings from the back, at least one NULL between them and one at the end. */
static char *words[WORDS];

_Noreturn void arguments_start(void)
{
	char **argument = words;
	char **setting = words + WORDS - 1;
	bool settings_end = false;
	*argument++ = (char *)"app";
	if (boot_command_line[BOOT_COMMAND_LINE_SIZE - 1] != '\0') {
		boot_command_line[BOOT_COMMAND_LINE_SIZE - 1] = '\0';
		report("boot: command line cut\n", NULL);
	}
	for (char *in = boot_command_line; *in != '\0';) {
		char *word = in, *out = in; /* a word is unquoted in place: it only gets shorter */
		bool is_quoted = false, is_setting = false;
		char byte;
		for (; (byte = *in) != '\0' && (byte != ' ' || is_quoted); in++) {
			if (byte == '"') {
				is_quoted = !is_quoted;
				continue;
			}
			if (byte == '\\' && in[1] != '\0')
				byte = *++in;
			if (byte == '=')
				is_setting = true;
			*out++ = byte;
		}
		bool is_bare = in == out;
		if (byte != '\0')
			in++;
		*out = '\0';
		if (is_bare && out == word)
			continue; /* more than one space */
		if (is_bare && out == word + 2 && word[0] == '-' && word[1] == '-') {
			if (settings_end)
				break;
			settings_end = true;
		} else if (is_setting && !settings_end) {
			*--setting = word;
		} else {
			*argument++ = word;
		}
	}
	start((int)(argument - words), words, setting);
}
