// Brings Debian's libbz2 into Swift.
#ifndef WHICHSET_CBZIP2_SHIM_H
#define WHICHSET_CBZIP2_SHIM_H
#include <bzlib.h>
#endif
