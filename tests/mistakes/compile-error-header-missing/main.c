#include <regex.h>

int main(void)
{
	return 0;
}
