// Brings Debian's zlib into Swift.
#ifndef WHICHSET_CZLIB_SHIM_H
#define WHICHSET_CZLIB_SHIM_H
#include <zlib.h>
#endif
