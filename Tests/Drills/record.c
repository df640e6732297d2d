// Preloaded into the daemon by Tests/Drills/power: writes down every change of the files below a folder, with the
// bytes, and every sync, in the order in which they reach the kernel.
// Build: cc -shared -fPIC -O1 -o record.so record.c -ldl -lpthread
//
//   RECORD_FOLDER  the folder
//   RECORD_FILE    the record; the drill appends marks of its own to it
//
// A change is written down before it is made: a power cut may come while it is under way.

#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "../Fixtures/faults/preload.h"

// What is recorded: 'c' a file is made, 'm' a folder, 'w' bytes are written, 't' a file is cut or lengthened, 'r' a
// rename, 'l' a link, 'u' a name is removed, 's' a sync begins, 'e' it has ended, 'p' the last write has reached the
// disk.
struct entry {
  char kind;
  char padding[3];
  uint16_t path_size;
  uint16_t other_size;
  int64_t offset;   // of a write; the size after 't'; the number of a sync
  uint64_t size;    // of the data
};

static int record_file = -1;
static int64_t syncs;
static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void start(void) {
  int (*real)(const char *, int, ...) = REAL("open");
  const char *path = getenv("RECORD_FILE");
  if (path) record_file = real(path, O_WRONLY | O_APPEND | O_CLOEXEC);
  if (record_file >= 0) folder = getenv("RECORD_FOLDER");
}

static void note(char kind, const char *path, const char *other, int64_t offset, const struct iovec *parts, int count) {
  ssize_t (*real)(int, const void *, size_t) = REAL("write");
  int error = errno;
  struct entry entry = {.kind = kind, .path_size = strlen(path), .offset = offset};
  if (other) entry.other_size = strlen(other);
  for (int i = 0; i < count; i++) entry.size += parts[i].iov_len;
  size_t size = sizeof entry + entry.path_size + entry.other_size + entry.size;
  char *bytes = malloc(size), *end = bytes;
  if (!bytes) abort();
  end = mempcpy(end, &entry, sizeof entry);
  end = mempcpy(end, path, entry.path_size);
  if (other) end = mempcpy(end, other, entry.other_size);
  for (int i = 0; i < count; i++) end = mempcpy(end, parts[i].iov_base, parts[i].iov_len);
  for (size_t place = 0; place < size;) {
    ssize_t written = real(record_file, bytes + place, size - place);
    if (written <= 0) abort();
    place += written;
  }
  free(bytes);
  errno = error;
}

// Between these two nobody else changes anything.
static void lock(void) { pthread_mutex_lock(&order); }
static void unlock(void) { pthread_mutex_unlock(&order); }

static int is_synchronous(int file) {
  int flags = fcntl(file, F_GETFL);
  return flags >= 0 && flags & O_DSYNC;
}

static off_t place_of(int file) {
  struct stat status;
  if (fcntl(file, F_GETFL) & O_APPEND) return fstat(file, &status) == 0 ? status.st_size : 0;
  return lseek(file, 0, SEEK_CUR);
}

int open(const char *path, int flags, ...) {
  MODE_BEHIND(flags, mode);
  int (*real)(const char *, int, ...) = REAL("open");
  if (!is_ours(path) || !(flags & (O_CREAT | O_TRUNC))) return real(path, flags, mode);
  lock();
  int is_new = access(path, F_OK) != 0;
  int file = real(path, flags, mode);
  if (file >= 0 && is_new) note('c', path, NULL, 0, NULL, 0);
  else if (file >= 0 && flags & O_TRUNC) note('t', path, NULL, 0, NULL, 0);
  unlock();
  return file;
}

int open64(const char *path, int flags, ...) __attribute__((alias("open")));

ssize_t write(int file, const void *bytes, size_t size) {
  ssize_t (*real)(int, const void *, size_t) = REAL("write");
  char path[PATH_MAX];
  if (record_file < 0 || !path_of(file, path)) return real(file, bytes, size);
  struct iovec part = {(void *)bytes, size};
  lock();
  note('w', path, NULL, place_of(file), &part, 1);
  ssize_t result = real(file, bytes, size);
  if (result != (ssize_t)size) abort();
  if (is_synchronous(file)) note('p', path, NULL, 0, NULL, 0);
  unlock();
  return result;
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  ssize_t (*real)(int, const struct iovec *, int) = REAL("writev");
  char path[PATH_MAX];
  if (record_file < 0 || !path_of(file, path)) return real(file, parts, count);
  lock();
  note('w', path, NULL, place_of(file), parts, count);
  ssize_t result = real(file, parts, count);
  if (result < 0) abort();
  if (is_synchronous(file)) note('p', path, NULL, 0, NULL, 0);
  unlock();
  return result;
}

ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t offset) {
  ssize_t (*real)(int, const void *, size_t, off64_t) = REAL("pwrite64");
  char path[PATH_MAX];
  if (record_file < 0 || !path_of(file, path)) return real(file, bytes, size, offset);
  struct iovec part = {(void *)bytes, size};
  lock();
  note('w', path, NULL, offset, &part, 1);
  ssize_t result = real(file, bytes, size, offset);
  if (result != (ssize_t)size) abort();
  if (is_synchronous(file)) note('p', path, NULL, 0, NULL, 0);
  unlock();
  return result;
}

ssize_t pwrite(int file, const void *bytes, size_t size, off_t offset) { return pwrite64(file, bytes, size, offset); }

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t offset) {
  ssize_t (*real)(int, const struct iovec *, int, off_t) = REAL("pwritev");
  char path[PATH_MAX];
  if (record_file < 0 || !path_of(file, path)) return real(file, parts, count, offset);
  lock();
  note('w', path, NULL, offset, parts, count);
  ssize_t result = real(file, parts, count, offset);
  if (result < 0) abort();
  if (is_synchronous(file)) note('p', path, NULL, 0, NULL, 0);
  unlock();
  return result;
}

int ftruncate(int file, off_t size) {
  int (*real)(int, off_t) = REAL("ftruncate");
  char path[PATH_MAX];
  if (record_file < 0 || !path_of(file, path)) return real(file, size);
  lock();
  note('t', path, NULL, size, NULL, 0);
  int result = real(file, size);
  unlock();
  return result;
}

int ftruncate64(int file, off64_t size) { return ftruncate(file, size); }

// Nothing has to reach a disk for the drill: it makes its own.
static int sync_as(const char *name, int file) {
  int (*real)(int) = REAL(name);
  char path[PATH_MAX];
  if (record_file < 0 || !path_of(file, path)) return real(file);
  lock();
  int64_t number = ++syncs;
  note('s', path, NULL, number, NULL, 0);
  unlock();
  lock();
  note('e', path, NULL, number, NULL, 0);
  unlock();
  return 0;
}

int fsync(int file) { return sync_as("fsync", file); }

int fdatasync(int file) { return sync_as("fdatasync", file); }

static int two_names(char kind, const char *name, const char *old, const char *new) {
  int (*real)(const char *, const char *) = REAL(name);
  if (!is_ours(old) && !is_ours(new)) return real(old, new);
  lock();
  int result = real(old, new);
  if (result == 0) note(kind, old, new, 0, NULL, 0);
  unlock();
  return result;
}

int rename(const char *old, const char *new) { return two_names('r', "rename", old, new); }

int link(const char *old, const char *new) { return two_names('l', "link", old, new); }

int mkdir(const char *path, mode_t mode) {
  int (*real)(const char *, mode_t) = REAL("mkdir");
  if (!is_ours(path)) return real(path, mode);
  lock();
  int result = real(path, mode);
  if (result == 0) note('m', path, NULL, 0, NULL, 0);
  unlock();
  return result;
}

static int removed(const char *name, const char *path) {
  int (*real)(const char *) = REAL(name);
  if (!is_ours(path)) return real(path);
  lock();
  int result = real(path);
  if (result == 0) note('u', path, NULL, 0, NULL, 0);
  unlock();
  return result;
}

int unlink(const char *path) { return removed("unlink", path); }

int rmdir(const char *path) { return removed("rmdir", path); }
