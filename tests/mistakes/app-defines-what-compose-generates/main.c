void image_init(void);

void image_init(void)
{
}

int main(void)
{
	return 0;
}
