int ring_sum(int a, int b);
