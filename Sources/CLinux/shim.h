// What Swift's Glibc module leaves out: epoll, signalfd, eventfd, peer credentials, cache prefetch.
#ifndef WHICHSET_CLINUX_SHIM_H
#define WHICHSET_CLINUX_SHIM_H
// What Swift's Glibc module has comes from there. Were its headers read here again, their structs would be of two modules,
// and a compiler would take either: which one differs between a build from nothing and a further one.
#pragma clang module import SwiftGlibc
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/statvfs.h>
#include <sys/un.h>

/// Tells the user and the process at the other end of a connection; leaves them as they are where it fails. The C function
/// is `getsockopt` with SO_PEERCRED.
static inline void whichset_peer(int descriptor, uint32_t *user, int32_t *process) {
  struct { int32_t pid; uint32_t uid; uint32_t gid; } peer;  // struct ucred, which only GNU's headers name
  socklen_t length = sizeof peer;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length) != 0) return;
  *user = peer.uid;
  *process = peer.pid;
}

/// A byte that several threads may set at the same time, each to the same value. The C functions are the builtins
/// `__atomic_load_n` and `__atomic_store_n`, without any order.
static inline uint8_t whichset_load_byte(const uint8_t *address) { return __atomic_load_n(address, __ATOMIC_RELAXED); }
static inline void whichset_store_byte(uint8_t *address, uint8_t value) {
  __atomic_store_n(address, value, __ATOMIC_RELAXED);
}

// The headers declare these for _GNU_SOURCE only, with which they would differ from those that Swift imports.
extern int accept4(int socket, struct sockaddr *address, socklen_t *size, int flags);
extern int pipe2(int ends[2], int flags);
extern int syncfs(int descriptor);

/// A connection that waits, as a descriptor that does not block and that no other program inherits. The C function is `accept4`.
static inline int whichset_accept(int socket) { return accept4(socket, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC); }

/// Both ends of a pipe, which no other program inherits. The C function is `pipe2`.
static inline int whichset_pipe(int *ends) { return pipe2(ends, O_CLOEXEC); }

/// Puts all that was written to a file system on the disk. The C function is `syncfs`.
static inline int whichset_sync_file_system(int descriptor) { return syncfs(descriptor); }

/// Asks for the cache line at `address` ahead of its use. Never faults, whatever the address.
static inline void whichset_prefetch(const void *address) {
  __builtin_prefetch(address, 0, 3);
}

/// The most events that one `whichset_epoll_wait` gives.
#define WHICHSET_EPOLL_EVENTS 128

/// Adds, changes or removes a descriptor. The C function is `epoll_ctl`.
static inline int whichset_epoll_control(int epoll, int operation, int descriptor, uint32_t events) {
  struct epoll_event event = {.events = events, .data = {.fd = descriptor}};
  return epoll_ctl(epoll, operation, descriptor, &event);
}

/// Waits for events; gives their descriptors and masks in two arrays of WHICHSET_EPOLL_EVENTS. The C function is
/// `epoll_wait`.
static inline int whichset_epoll_wait(int epoll, int *descriptors, uint32_t *masks, int milliseconds) {
  struct epoll_event events[WHICHSET_EPOLL_EVENTS];
  int count = epoll_wait(epoll, events, WHICHSET_EPOLL_EVENTS, milliseconds);
  for (int index = 0; index < count; index++) {
    descriptors[index] = events[index].data.fd;
    masks[index] = events[index].events;
  }
  return count;
}

/// How often the calling thread has waited for a page from the disk. The C function is `getrusage`.
static inline long whichset_major_faults(void) {
  struct rusage usage;
  // RUSAGE_THREAD, which only GNU's headers name.
  return getrusage((__rusage_who_t)1, &usage) == 0 ? usage.ru_majflt : 0;
}

/// Asks for the memory page at `address` from the disk, without waiting for it. The C function is `madvise`.
static inline void whichset_fetch_page(const void *address) {
  madvise((void *)((uintptr_t)address & ~(uintptr_t)4095), 4096, MADV_WILLNEED);
}

/// Enters pages that are in memory, or on the disk, into the page tables. The C function is `madvise`; systems before
/// Linux 5.14 do nothing.
static inline void whichset_map_pages(const void *start, size_t bytes) {
  madvise((void *)start, bytes, 22 /* MADV_POPULATE_READ, which older headers do not name */);
}

/// The most descriptors that one `whichset_receive_files` takes: more than one is refused, but has to be closed.
#define WHICHSET_HANDED_MAX 8
/// O_PATH, which only GNU's headers name.
#define WHICHSET_O_PATH 010000000

/// F_SETPIPE_SZ, likewise.
#define WHICHSET_F_SETPIPE_SZ 1031

/// Receives one byte, and the descriptors that came with it, at most WHICHSET_HANDED_MAX; the system closes further ones.
/// Never waits. The C function is `recvmsg`.
static inline ssize_t whichset_receive_files(int socket, void *byte, int *descriptors, int *count) {
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE(WHICHSET_HANDED_MAX * sizeof(int))];
  } control;
  struct iovec bytes = {.iov_base = byte, .iov_len = 1};
  struct msghdr message = {
      .msg_iov = &bytes, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  *count = 0;
  ssize_t received = recvmsg(socket, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (received < 0) return received;
  for (struct cmsghdr *part = CMSG_FIRSTHDR(&message); part; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    int held = (int)((part->cmsg_len - CMSG_LEN(0)) / sizeof(int));
    for (int index = 0; index < held && *count < WHICHSET_HANDED_MAX; index++, (*count)++) {
      memcpy(descriptors + *count, CMSG_DATA(part) + index * sizeof(int), sizeof(int));
    }
  }
  return received;
}

/// Sends one byte with descriptors, at most WHICHSET_HANDED_MAX + 1. The C function is `sendmsg`.
static inline ssize_t whichset_send_files(int socket, const void *byte, const int *descriptors, int count) {
  union {
    struct cmsghdr header;
    char room[CMSG_SPACE((WHICHSET_HANDED_MAX + 1) * sizeof(int))];
  } control;
  struct iovec bytes = {.iov_base = (void *)byte, .iov_len = 1};
  struct msghdr message = {.msg_iov = &bytes, .msg_iovlen = 1};
  if (count > 0) {
    message.msg_control = &control;
    message.msg_controllen = CMSG_SPACE(count * sizeof(int));
    struct cmsghdr *part = CMSG_FIRSTHDR(&message);
    part->cmsg_level = SOL_SOCKET;
    part->cmsg_type = SCM_RIGHTS;
    part->cmsg_len = CMSG_LEN(count * sizeof(int));
    memcpy(CMSG_DATA(part), descriptors, count * sizeof(int));
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL);
}

/// Lets the calling thread give way to others: nice 10. Where that is not allowed, it stays as it is. The C function is
/// `setpriority`, which on Linux is for a thread.
static inline void whichset_lower_priority(void) { setpriority(PRIO_PROCESS, 0, 10); }

/// Names the calling thread, in at most 15 bytes. The C function is `prctl`.
static inline void whichset_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }

/// Has the process killed when the thread that started it ends. The C function is `prctl`.
static inline void whichset_end_with_parent(void) { prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }

/// No debugger of the same user attaches to the process, and nothing of it is dumped. The C function is `prctl`.
static inline void whichset_refuse_inspection(void) { prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }
#endif
