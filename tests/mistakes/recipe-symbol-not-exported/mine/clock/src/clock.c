int clock_read(void);
int clock_rate(void);

int clock_rate(void)
{
	return 7;
}

int clock_read(void)
{
	return clock_rate();
}
