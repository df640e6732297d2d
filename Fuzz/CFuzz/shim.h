// What the address sanitizer knows of the heap, and files in memory, which Swift's Glibc module leaves out.
#ifndef WHICHSET_CFUZZ_SHIM_H
#define WHICHSET_CFUZZ_SHIM_H
#include <stddef.h>
size_t __sanitizer_get_current_allocated_bytes(void);
int memfd_create(const char *name, unsigned flags);
#endif
