int dice_throw(void);

int main(void)
{
	return dice_throw();
}
