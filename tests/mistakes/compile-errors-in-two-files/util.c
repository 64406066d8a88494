int util(void)
{
	return two;
}
