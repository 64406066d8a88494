#include "deep/one.h"

int main(void)
{
	return 0;
}
