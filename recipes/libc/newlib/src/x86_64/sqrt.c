/* An instruction here; newlib has a loop over 53 bits. */

double __ieee754_sqrt(double x);
float __ieee754_sqrtf(float x);

double __ieee754_sqrt(double x)
{
	__asm__("sqrtsd %1, %0" : "=x"(x) : "x"(x));
	return x;
}

float __ieee754_sqrtf(float x)
{
	__asm__("sqrtss %1, %0" : "=x"(x) : "x"(x));
	return x;
}
