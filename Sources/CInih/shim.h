#ifndef WHICHSET_CINIH_SHIM_H
#define WHICHSET_CINIH_SHIM_H
#include <ini.h>
#endif
