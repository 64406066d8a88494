int regcomp(void);

int main(void)
{
	return regcomp();
}
