static char table[8 << 20];

int main(int argc, char **argv)
{
	(void)argv;
	table[argc] = 1;
	return table[argc + 1];
}
