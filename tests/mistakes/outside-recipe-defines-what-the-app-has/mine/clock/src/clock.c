int clock_read(void);
int helper(void);

int helper(void)
{
	return 7;
}

int clock_read(void)
{
	return helper();
}
