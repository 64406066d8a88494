int tick_of_quartz(void);

int main(void)
{
	return tick_of_quartz();
}
