/* The MC146818 behind the ports 0x70 and 0x71 (its data sheet, "Time, calendar and alarm locations"), kept in UTC. */

#include "date.h"
#include "kvm.h"

enum port { PORT_INDEX = 0x70, PORT_DATA = 0x71 };

enum place {
	PLACE_SECONDS = 0,
	PLACE_MINUTES = 2,
	PLACE_HOURS = 4,
	PLACE_DAY = 7,
	PLACE_MONTH = 8,
	PLACE_YEAR = 9,
	PLACE_STATUS_A = 10,
	PLACE_STATUS_B = 11,
	PLACE_CENTURY = 0x32, /* where QEMU and most PCs have it */
};

enum { A_UPDATING = 0x80, B_BINARY = 4, B_24_HOURS = 2, HOURS_AFTERNOON = 0x80, ABSENT = 0xff };

/* An update takes 2 ms; reading takes a microsecond and more. */
enum { TRIES = 100000 };

static uint8_t read_place(enum place place)
{
	uint8_t value;
	__asm__ volatile("out %0, %1" : : "a"((uint8_t)place), "d"((uint16_t)PORT_INDEX));
	__asm__ volatile("in %1, %0" : "=a"(value) : "d"((uint16_t)PORT_DATA));
	return value;
}

/* The registers as they are: seconds, minutes, hours, day, month, year, century. False: they changed meanwhile. */
static bool read_all(uint8_t values[7])
{
	static const char places[] = {PLACE_SECONDS, PLACE_MINUTES, PLACE_HOURS, PLACE_DAY, PLACE_MONTH, PLACE_YEAR, PLACE_CENTURY};
	if (read_place(PLACE_STATUS_A) & A_UPDATING)
		return false;
	for (unsigned i = 0; i < sizeof(places); i++)
		values[i] = read_place((enum place)places[i]);
	return !(read_place(PLACE_STATUS_A) & A_UPDATING) && read_place(PLACE_SECONDS) == values[0];
}

uint64_t clock_cmos_read(void)
{
	uint8_t values[7], format = read_place(PLACE_STATUS_B);
	if (read_place(PLACE_STATUS_A) == ABSENT && format == ABSENT)
		return 0;
	for (unsigned i = 0; !read_all(values); i++)
		if (i == TRIES)
			return 0;
	bool is_afternoon = !(format & B_24_HOURS) && values[2] & HOURS_AFTERNOON;
	if (is_afternoon)
		values[2] &= ~HOURS_AFTERNOON;
	if (!(format & B_BINARY))
		for (unsigned i = 0; i < sizeof(values); i++)
			values[i] = (uint8_t)(values[i] - 6 * (values[i] >> 4)); /* two decimal digits of 4 bits */
	if (!(format & B_24_HOURS))
		values[2] = (uint8_t)(values[2] % 12 + (is_afternoon ? 12 : 0));
	unsigned year = values[5] + 100U * (values[6] == 19 || values[6] == 20 ? values[6] : values[5] < 70 ? 20 : 19);
	return date_nanoseconds(year, values[4], values[3], values[2] * 3600U + values[1] * 60U + values[0]);
}
