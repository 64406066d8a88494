int clock_read(void);
int clock_read(void)
{
	return 0;
}
