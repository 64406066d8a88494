/* There is one thread, so nobody else uses the stream while it is read or written. Part of transfer.c. */

static inline bool streams_turn(FILE *stream)
{
	(void)stream;
	return true;
}

static inline void streams_begin(FILE *stream)
{
	(void)stream;
}

static inline void streams_end(FILE *stream)
{
	(void)stream;
}
