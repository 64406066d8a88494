int dice_throw(void);
int helper(void);

int helper(void)
{
	return 4;
}

int dice_throw(void)
{
	return helper();
}
