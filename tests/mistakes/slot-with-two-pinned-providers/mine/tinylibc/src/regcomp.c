int regcomp(void);
int regcomp(void)
{
	return 0;
}
