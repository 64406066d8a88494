#include "../elsewhere.h"

int main(void)
{
	return ELSEWHERE;
}
