// Preloaded into the daemon by the tests: makes one call fail, on files of a folder or for a thread, or kills the
// process at it, and writes down what becomes durable.
// Build: cc -shared -fPIC -O1 -o faults.so faults.c -ldl
//
//   FAULTS_FOLDER   calls on files below it count; all others pass
//   FAULTS_CONTROL  a file with a `struct control`, shared with the test
//   FAULTS_LOG      a file to which names that are made, and syncs, are appended as lines

#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "preload.h"

enum call { OPEN = 1, WRITE, SYNC, RENAME, MKDIR, UNLINK, READ, META, THREAD, MAP, ACCEPT };

// Numbers of 32 bits, in the machine's order.
struct control {
  int32_t call;     // which call fails; 0 for none
  int32_t nth;      // the first that does, counted from 1
  int32_t count;    // how many do from then on
  int32_t error;    // errno; -1 for half of a write or read; or a `moment`
  int32_t seen;     // calls of that kind so far
  int32_t failed;   // of these, those that failed
};

// When SIGKILL ends the process: before the call, after half of a write, after the call.
enum moment { BEFORE = -2, HALFWAY = -3, AFTER = -4 };

static struct control *control;
static __thread int ends_after;
static int log_file = -1;

__attribute__((constructor)) static void start(void) {
  folder = getenv("FAULTS_FOLDER");
  const char *path = getenv("FAULTS_CONTROL");
  int (*real)(const char *, int, ...) = REAL("open");
  int file = path ? real(path, O_RDWR | O_CLOEXEC) : -1;
  if (file >= 0) {
    void *map = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (map != MAP_FAILED) control = map;
    close(file);
  }
  const char *log = getenv("FAULTS_LOG");
  if (log) log_file = real(log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

static void note(const char *what, const char *path) {
  if (log_file < 0) return;
  char line[2 * PATH_MAX];
  int size = snprintf(line, sizeof line, "%s\t%s\n", what, path);
  ssize_t (*real)(int, const void *, size_t) = REAL("write");
  if (real(log_file, line, size) != size) abort();
}

// 0 to go on; else the call fails, with errno set, or does half (-1).
static int fails(enum call call) {
  if (!control || control->call != (int32_t)call) return 0;
  int32_t seen = __atomic_add_fetch(&control->seen, 1, __ATOMIC_SEQ_CST);
  if (seen < control->nth || seen >= control->nth + control->count) return 0;
  __atomic_add_fetch(&control->failed, 1, __ATOMIC_SEQ_CST);
  if (control->error == BEFORE) kill(getpid(), SIGKILL);
  if (control->error == HALFWAY || control->error == AFTER) ends_after = 1;
  if (control->error == AFTER) return 0;
  if (control->error < 0) return -1;
  errno = control->error;
  return 1;
}

// The result of a call, behind it.
static long done(long result) {
  if (ends_after) kill(getpid(), SIGKILL);
  return result;
}

int open(const char *path, int flags, ...) {
  MODE_BEHIND(flags, mode);
  int (*real)(const char *, int, ...) = REAL("open");
  if (is_ours(path)) {
    if (fails(OPEN) > 0) return -1;
    if (flags & O_CREAT && access(path, F_OK) != 0) note("make", path);
  }
  return done(real(path, flags, mode));
}

// With files of 64 bits, as on all machines that are tested, both names are one function.
int open64(const char *path, int flags, ...) __attribute__((alias("open")));

// LMDB's first two pages say which commit is the newest; behind that there are seals.
static int is_meta(const char *path, off_t offset) {
  size_t size = strlen(path);
  return size > 9 && strcmp(path + size - 9, "/data.mdb") == 0 && offset < 8192 &&
    offset % 4096 < 1024;
}

static int write_fails(int file, off_t offset) {
  char path[PATH_MAX];
  if (!control || !control->call || !path_of(file, path)) return 0;
  int result = is_meta(path, offset) && offset >= 0 ? fails(META) : 0;
  return result ? result : fails(WRITE);
}

ssize_t write(int file, const void *bytes, size_t size) {
  ssize_t (*real)(int, const void *, size_t) = REAL("write");
  int result = write_fails(file, -1);
  return result > 0 ? -1 : done(real(file, bytes, result < 0 ? size / 2 : size));
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t offset) {
  ssize_t (*real)(int, const void *, size_t, off64_t) = REAL("pwrite64");
  int result = write_fails(file, offset);
  return result > 0 ? -1 : done(real(file, bytes, result < 0 ? size / 2 : size, offset));
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset) {
  return pwrite64(file, bytes, size, offset);
}

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t offset) {
  ssize_t (*real)(int, const struct iovec *, int, off_t) = REAL("pwritev");
  int result = write_fails(file, offset);
  return result > 0 ? -1 : done(real(file, parts, result < 0 ? (count + 1) / 2 : count, offset));
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  ssize_t (*real)(int, const struct iovec *, int) = REAL("writev");
  int result = write_fails(file, -1);
  return result > 0 ? -1 : done(real(file, parts, result < 0 ? (count + 1) / 2 : count));
}

static int read_fails(int file) {
  char path[PATH_MAX];
  return control && control->call == READ && path_of(file, path) ? fails(READ) : 0;
}

ssize_t read(int file, void *bytes, size_t size) {
  ssize_t (*real)(int, void *, size_t) = REAL("read");
  int result = read_fails(file);
  return result > 0 ? -1 : done(real(file, bytes, result < 0 ? (size + 1) / 2 : size));
}

ssize_t pread64(int file, void *bytes, size_t size, off64_t offset) {
  ssize_t (*real)(int, void *, size_t, off64_t) = REAL("pread64");
  int result = read_fails(file);
  return result > 0 ? -1 : done(real(file, bytes, result < 0 ? (size + 1) / 2 : size, offset));
}

ssize_t pread(int file, void *bytes, size_t size, off_t offset) {
  return pread64(file, bytes, size, offset);
}

void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset) {
  void *(*real)(void *, size_t, int, int, int, off_t) = REAL("mmap");
  char path[PATH_MAX];
  if (control && control->call == MAP && file >= 0 && path_of(file, path) && fails(MAP) > 0) return MAP_FAILED;
  void *map = real(address, size, protection, flags, file, offset);
  done(0);
  return map;
}

void *mmap64(void *address, size_t size, int protection, int flags, int file, off_t offset) __attribute__((alias("mmap")));

int accept4(int socket, struct sockaddr *address, socklen_t *size, int flags) {
  int (*real)(int, struct sockaddr *, socklen_t *, int) = REAL("accept4");
  return fails(ACCEPT) > 0 ? -1 : done(real(socket, address, size, flags));
}

static int sync_as(const char *name, int file) {
  int (*real)(int) = REAL(name);
  char path[PATH_MAX] = "?";
  int ours = path_of(file, path);
  if (ours && fails(SYNC) > 0) return -1;
  int result = done(real(file));
  // The folder that has the name of ours is none of ours.
  int is_parent = folder && strncmp(folder, path, strlen(path)) == 0;
  if ((ours || is_parent) && result == 0) note("sync", path);
  return result;
}

int fsync(int file) { return sync_as("fsync", file); }

int fdatasync(int file) { return sync_as("fdatasync", file); }

int rename(const char *old, const char *new) {
  int (*real)(const char *, const char *) = REAL("rename");
  if (!is_ours(new)) return real(old, new);
  if (fails(RENAME) > 0) return -1;
  int result = done(real(old, new));
  if (result == 0) note("make", new);
  return result;
}

int mkdir(const char *path, mode_t mode) {
  int (*real)(const char *, mode_t) = REAL("mkdir");
  if (!is_ours(path)) return real(path, mode);
  if (fails(MKDIR) > 0) return -1;
  int result = done(real(path, mode));
  if (result == 0) note("make", path);
  return result;
}

int unlink(const char *path) {
  int (*real)(const char *) = REAL("unlink");
  if (is_ours(path) && fails(UNLINK) > 0) return -1;
  return done(real(path));
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*body)(void *), void *argument) {
  int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *) = REAL("pthread_create");
  // The only one whose error is its result.
  return fails(THREAD) > 0 ? control->error : real(thread, attributes, body, argument);
}
