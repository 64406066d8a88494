int clock_a;
