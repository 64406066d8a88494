int ring_sum(int a, int b);
int ring_rest(int a);
