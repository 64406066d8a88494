void arguments_start(void);

int main(void)
{
	arguments_start();
	return 0;
}
