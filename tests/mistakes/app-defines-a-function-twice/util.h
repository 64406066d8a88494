int helper(void);
int other(void);
