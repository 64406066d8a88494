/* Classes of characters in the "C" locale. */

#include <ctype.h>
#include <stdbool.h>

static bool nolibc_between(int byte, int first, int last)
{
	return (unsigned)byte - (unsigned)first <= (unsigned)last - (unsigned)first;
}

int isdigit(int byte)
{
	return nolibc_between(byte, '0', '9');
}

int islower(int byte)
{
	return nolibc_between(byte, 'a', 'z');
}

int isupper(int byte)
{
	return nolibc_between(byte, 'A', 'Z');
}

int isalpha(int byte)
{
	return islower(byte) || isupper(byte);
}

int isalnum(int byte)
{
	return isalpha(byte) || isdigit(byte);
}

int isxdigit(int byte)
{
	return isdigit(byte) || nolibc_between(byte, 'a', 'f') || nolibc_between(byte, 'A', 'F');
}

int isblank(int byte)
{
	return byte == ' ' || byte == '\t';
}

int isspace(int byte)
{
	return byte == ' ' || nolibc_between(byte, '\t', '\r');
}

int isprint(int byte)
{
	return nolibc_between(byte, ' ', '~');
}

int isgraph(int byte)
{
	return nolibc_between(byte, '!', '~');
}

int ispunct(int byte)
{
	return isgraph(byte) && !isalnum(byte);
}

int iscntrl(int byte)
{
	return nolibc_between(byte, 0, ' ' - 1) || byte == 127;
}

int tolower(int byte)
{
	return isupper(byte) ? byte + ('a' - 'A') : byte;
}

int toupper(int byte)
{
	return islower(byte) ? byte - ('a' - 'A') : byte;
}

int isascii(int byte)
{
	return nolibc_between(byte, 0, 127);
}

int toascii(int byte)
{
	return byte & 127;
}
