int prinft(const char *format, ...);

int main(void)
{
	prinft("hello %d\n", 3);
	return 0;
}
