/* The command line as argv and envp; the grammar is in recipes/CONVENTIONS.md, "The command line". */

#include <stdbool.h>
#include <stddef.h>

#include "boot_kvm.h"
#include "console.h"
#include "start.h"

/* Every word takes two bytes of the line, so that the array cannot overflow; the name and two ends come on top. */
enum { WORDS = BOOT_COMMAND_LINE_SIZE / 2 + 3 };

/* Arguments from the front, settings from the back, at least one NULL between them and one at the end. */
static char *words[WORDS];

static const char cut[] = "boot: the command line is too long and was cut\n";

struct word {
	bool is_bare;    /* nothing in it was quoted */
	bool is_setting; /* it has an equals sign */
};

/* Unquote the word at `in` to `out`, which may be the same. Returns where the line goes on. */
static char *take_word(char *in, char *out, struct word *word)
{
	bool quoted = false;
	char byte;
	while ((byte = *in) != '\0' && (quoted || byte != ' ')) {
		in++;
		word->is_setting |= byte == '=';
		if (byte == '"') {
			quoted = !quoted;
			word->is_bare = false;
			continue;
		}
		if (byte == '\\' && *in != '\0') {
			byte = *in++;
			word->is_bare = false;
		}
		*out++ = byte;
	}
	if (*in != '\0')
		in++;
	*out = '\0';
	return in;
}

_Noreturn void arguments_start(void)
{
	char **argument = words;
	char **setting = words + WORDS - 1;
	bool settings_end = false;
	if (boot_command_line[BOOT_COMMAND_LINE_SIZE - 1] != '\0') {
		boot_command_line[BOOT_COMMAND_LINE_SIZE - 1] = '\0';
		console_write(cut, sizeof(cut) - 1);
	}
	*argument++ = (char *)"app";
	for (char *rest = boot_command_line; *rest != '\0';) {
		char *text = rest;
		struct word word = {true, false};
		rest = take_word(text, text, &word);
		if (word.is_bare && text[0] == '\0')
			continue; /* more than one space */
		if (word.is_bare && text[0] == '-' && text[1] == '-' && text[2] == '\0') {
			if (settings_end)
				break;
			settings_end = true;
		} else if (word.is_setting && !settings_end) {
			*--setting = text;
		} else {
			*argument++ = text;
		}
	}
	start((int)(argument - words), words, setting);
}
