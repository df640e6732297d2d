// How often this program has asked for memory.
#ifndef WHICHSET_ALLOCATIONS_H
#define WHICHSET_ALLOCATIONS_H
#include <stdint.h>
uint64_t whichset_allocation_count(void);
#endif
