size_t ring_room(void);
int ring_sum(int a, int b);
