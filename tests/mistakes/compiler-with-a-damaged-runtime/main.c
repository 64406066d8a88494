int main(int argc, char **argv)
{
	unsigned __int128 large = (unsigned __int128)argc << 64;

	return (int)(large / (unsigned long)argv[0]);
}
