// What Swift's Glibc module leaves out of what the load generator needs.
#ifndef WHICHSET_CEPOLL_SHIM_H
#define WHICHSET_CEPOLL_SHIM_H
#include <sys/epoll.h>
#endif
