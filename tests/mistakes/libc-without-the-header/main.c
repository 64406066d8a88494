#include <regex.h>

int main(void)
{
	regex_t pattern;
	return regcomp(&pattern, "a*", 0);
}
