// Brings Debian's liblzma into Swift.
#ifndef WHICHSET_CLZMA_SHIM_H
#define WHICHSET_CLZMA_SHIM_H
#include <lzma.h>
#endif
