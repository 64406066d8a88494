#include "util.h"

int main(void)
{
	return helper() + other();
}
