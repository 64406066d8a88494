int tick(void);

int tick(void)
{
	return 1;
}
