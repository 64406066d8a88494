#define FIVE wrong wrong2 wrong3
#error one
#error two
#error three
#error four
#error five
#error six
#error seven
#error eight
#error nine
int main(void)
{
	return 0;
}
