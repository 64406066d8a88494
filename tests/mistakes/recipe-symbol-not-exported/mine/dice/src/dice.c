int dice_throw(void);
int clock_rate(void);

int dice_throw(void)
{
	return clock_rate();
}
