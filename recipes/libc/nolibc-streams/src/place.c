/* Where in a file a stream is. */

#include "stream.h"

#include <errno.h>

#include "calls.h"

int fseek(FILE *stream, long offset, int whence)
{
	if (!nolibc_streams_settle(stream) || calls_result(sys_lseek(stream->descriptor, offset, whence)) < 0)
		return -1;
	stream->flags &= ~(unsigned)STREAM_ENDED;
	return 0;
}

int fseeko(FILE *stream, off_t offset, int whence)
{
	return fseek(stream, offset, whence);
}

long ftell(FILE *stream)
{
	long held = (long)(stream->end - stream->start), place;

	/* Held bytes of a stream that appends go to the file's end, wherever the descriptor is. */
	place = sys_lseek(stream->descriptor, 0, stream->flags & STREAM_APPENDS && held && !stream->reading ? SYS_SEEK_END : SYS_SEEK_CUR);
	if (place < 0)
		return calls_result(place);
	return stream->reading ? place - held - stream->has_back : place + held;
}

off_t ftello(FILE *stream)
{
	return ftell(stream);
}

void rewind(FILE *stream)
{
	fseek(stream, 0, SEEK_SET);
	stream->flags &= ~(unsigned)STREAM_FAILED;
}

int fgetpos(FILE *restrict stream, fpos_t *restrict place)
{
	*place = ftell(stream);
	return *place < 0 ? -1 : 0;
}

int fsetpos(FILE *stream, const fpos_t *place)
{
	return fseek(stream, *place, SEEK_SET);
}
