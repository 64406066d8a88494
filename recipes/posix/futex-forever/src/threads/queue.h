#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stdint.h>

/* Wait at `word` to be woken for any of `bits`. False: nobody could ever do it. */
bool futex_wait(const uint32_t *word, uint32_t bits);

/* Wake the first `most` who wait at `word` for any of `bits`, and let the `more` after them wait at `other`. How many were woken or moved. */
long futex_wake(const uint32_t *word, uint32_t most, uint32_t bits, uint32_t more, const uint32_t *other);

#endif
