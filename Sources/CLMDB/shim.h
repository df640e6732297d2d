// Brings Debian's liblmdb into Swift.
#ifndef WHICHSET_CLMDB_SHIM_H
#define WHICHSET_CLMDB_SHIM_H
#include <lmdb.h>
#endif
