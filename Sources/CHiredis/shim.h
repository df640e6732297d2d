// Brings Debian's hiredis into Swift: connections to Redis servers, and the parser of their replies.
#ifndef WHICHSET_CHIREDIS_SHIM_H
#define WHICHSET_CHIREDIS_SHIM_H
#include <hiredis/hiredis.h>
#endif
