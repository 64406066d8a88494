int clock_read(void);
int dice_throw(void);

int main(void)
{
	return clock_read() + dice_throw();
}
