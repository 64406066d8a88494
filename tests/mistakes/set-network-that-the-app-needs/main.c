int net_send(void);

int main(void)
{
	return net_send();
}
