int tiny_match(void);

int main(void)
{
	return tiny_match();
}
