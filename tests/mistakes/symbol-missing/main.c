typedef struct regex regex_t;
int regkomp(regex_t *pattern, const char *text, int flags);

int main(void)
{
	return regkomp(0, "a*", 0);
}
