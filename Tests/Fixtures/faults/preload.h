// What the libraries that are preloaded into a daemon share: the functions behind theirs, and which files count.

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REAL(name) dlsym(RTLD_NEXT, name)

// The mode that follows the flags of an open, if any.
#define MODE_BEHIND(flags, mode) \
  va_list rest; \
  va_start(rest, flags); \
  mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0; \
  va_end(rest)

// Calls on it and on what is below it count; all others pass.
static const char *folder;

static int is_ours(const char *path) {
  size_t size = folder ? strlen(folder) : 0;
  return size && path && strncmp(path, folder, size) == 0 && (path[size] == '/' || path[size] == 0);
}

// Whether an open file is ours, and its path.
static int path_of(int file, char *path) {
  char link[64];
  int error = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  ssize_t size = readlink(link, path, PATH_MAX - 1);
  errno = error;
  if (size < 0) return 0;
  path[size] = 0;
  return is_ours(path);
}
