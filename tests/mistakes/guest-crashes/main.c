static int read_at(volatile int *place)
{
	return *place;
}

int main(int argc, char **argv)
{
	(void)argv;
	return read_at((int *)(long)(argc * 8));
}
