int parse(int number);

int parse(int number)
{
	return number + 1;
}
