extern _Thread_local int other_number;
long other_call(void);
