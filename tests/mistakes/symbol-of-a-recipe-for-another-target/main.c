int clock_read(void);

int main(void)
{
	return clock_read();
}
