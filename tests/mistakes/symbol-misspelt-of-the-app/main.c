int prase(int number);

int main(void)
{
	return prase(3);
}
