// Brings Debian's libzstd into Swift.
#ifndef WHICHSET_CZSTD_SHIM_H
#define WHICHSET_CZSTD_SHIM_H
#include <zstd.h>
#endif
