long sys_openat(int folder, const char *path, int flags, unsigned mode);

int main(void)
{
	return (int)sys_openat(-100, "/large", 0, 0);
}
