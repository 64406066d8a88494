int clock_raed(void);

int clock_raed(void)
{
	return 7;
}
