__attribute__((section(".text.mine,\"awx\",@progbits#"))) int both = 3;

int main(void)
{
	return both;
}
