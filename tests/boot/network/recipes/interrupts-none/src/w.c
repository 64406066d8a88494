#include "interrupts.h"
bool interrupts_enable(uint32_t number, bool is_edge) { (void)number; (void)is_edge; return false; }
bool interrupts_message(struct interrupts_message *message) { (void)message; return false; }
