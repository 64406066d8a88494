#ifndef MATH_INTERNAL_H
#define MATH_INTERNAL_H

/* The C library's math.h, and what musl's sources expect of their own one besides. */

#include_next <math.h>

#include "features.h"

int __fpclassify(double x);
int __fpclassifyf(float x);
int __fpclassifyl(long double x);

double scalb(double x, double exponent);
float scalbf(float x, float exponent);
double significand(double x);
float significandf(float x);
double drem(double x, double y);
float dremf(float x, float y);
int finite(double x);
int finitef(float x);
double pow10(double x);
float pow10f(float x);
long double pow10l(long double x);
float j0f(float x);
float j1f(float x);
float jnf(int n, float x);
float y0f(float x);
float y1f(float x);
float ynf(int n, float x);

#endif
