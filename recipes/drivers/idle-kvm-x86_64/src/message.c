/* Interrupts by message (Intel SDM 3A, "Message Signalled Interrupts"), to this processor. */

#include "interrupts.h"
#include "local_apic.h"
#include "vectors.h"

enum { ID_SHIFT = 24, DESTINATION_SHIFT = 12 };

bool interrupts_message(struct interrupts_message *message)
{
	uint64_t processor = *local_apic(LOCAL_APIC_ID) >> ID_SHIFT;
	*message = (struct interrupts_message){LOCAL_APIC_PHYSICAL | processor << DESTINATION_SHIFT, VECTOR_WAKE};
	return true;
}
