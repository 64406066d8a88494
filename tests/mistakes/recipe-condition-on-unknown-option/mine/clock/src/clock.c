int clock_now;
