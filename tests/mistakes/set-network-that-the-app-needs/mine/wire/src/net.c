int net_send(void);
int net_send(void)
{
	return 0;
}
