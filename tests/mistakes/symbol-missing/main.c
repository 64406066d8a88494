typedef struct regex regex_t;
int regcomp(regex_t *pattern, const char *text, int flags);

int main(void)
{
	return regcomp(0, "a*", 0);
}
