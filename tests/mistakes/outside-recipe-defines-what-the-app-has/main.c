int clock_read(void);
int helper(void);

int helper(void)
{
	return 1;
}

int main(void)
{
	return clock_read() + helper();
}
