// What Swift's Glibc module leaves out: epoll, signalfd, eventfd, peer credentials, cache prefetch.
#ifndef WHICHSET_CLINUX_SHIM_H
#define WHICHSET_CLINUX_SHIM_H
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/un.h>

/// Asks for the cache line at `address` ahead of its use. Never faults, whatever the address.
static inline void whichset_prefetch(const void *address) {
  __builtin_prefetch(address, 0, 3);
}
#endif
