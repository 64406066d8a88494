int regcomp(void);
int pthread_create(void);
double sqrt(double number);

int main(int argc, char **argv)
{
	(void)argv;
	return regcomp() + pthread_create() + (int)sqrt(argc);
}
