// Makes the disk fail on purpose: a library to preload, which counts the calls a program makes on
// files of one folder and lets one of them fail. What is tried is the program itself, not a stand-in.
//
//   cc -shared -fPIC -O1 -o faults.so Tests/Scripts/faults.c -ldl
//   FAULT_FOLDER=/tmp/x FAULT_KIND=enospc FAULT_AT=3 LD_PRELOAD=./faults.so ezscope ...
//
// FAULT_KIND  enospc     the disk is full from that call on, for whatever writes
//             eio        that call fails with EIO, whatever it is
//             short      that call reads or writes a part only
//             eintr      that call is interrupted by a signal
//             notmpfile  the file system has no files without a name (FAULT_AT says nothing)
//             kill       the process is killed before that call
// FAULT_AT    which call, from 1; none fails if it is 0
// FAULT_COUNT a file that takes the number of calls there were to fail
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static char folder[PATH_MAX];
static size_t folder_length;
static const char *kind = "";
static long at;
static _Atomic long calls;
static _Atomic bool full;

// What a call is, which decides which kinds can hit it.
enum { reads = 1, writes = 2, parts = 4, interrupts = 8 };

__attribute__((constructor)) static void start(void) {
  const char *named = getenv("FAULT_FOLDER");
  if (named == NULL || realpath(named, folder) == NULL) folder[0] = 0;
  folder_length = strlen(folder);
  if (getenv("FAULT_KIND") != NULL) kind = getenv("FAULT_KIND");
  if (getenv("FAULT_AT") != NULL) at = atol(getenv("FAULT_AT"));
}

__attribute__((destructor)) static void finish(void) {
  const char *path = getenv("FAULT_COUNT");
  FILE *file = path == NULL ? NULL : fopen(path, "w");
  if (file == NULL) return;
  fprintf(file, "%ld\n", atomic_load(&calls));
  fclose(file);
}

static bool is_inside(const char *path) {
  if (folder_length == 0 || path == NULL) return false;
  char real[PATH_MAX];
  if (path[0] != '/') {
    if (getcwd(real, sizeof real) == NULL) return false;
    path = real;
  }
  return strncmp(path, folder, folder_length) == 0 &&
         (path[folder_length] == '/' || path[folder_length] == 0);
}

static bool is_open_inside(int descriptor) {
  int saved = errno;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  errno = saved;
  // Pipes and sockets have names without a slash.
  if (length <= 0 || path[0] != '/') return false;
  path[length] = 0;
  return is_inside(path);
}

// Whether this call fails; errno is set, but for the short ones.
static bool fails(int what) {
  bool hit;
  if (strcmp(kind, "enospc") == 0) {
    if (!(what & writes)) return false;
    hit = atomic_fetch_add(&calls, 1) + 1 == at;
    if (hit) atomic_store(&full, true);
    if (!atomic_load(&full)) return false;
    errno = ENOSPC;
    return true;
  }
  if (strcmp(kind, "short") == 0 && !(what & parts)) return false;
  if (strcmp(kind, "eintr") == 0 && !(what & interrupts)) return false;
  if (strcmp(kind, "kill") == 0 && !(what & writes)) return false;
  hit = atomic_fetch_add(&calls, 1) + 1 == at;
  if (!hit) return false;
  if (strcmp(kind, "kill") == 0) kill(getpid(), SIGKILL);
  errno = strcmp(kind, "eintr") == 0 ? EINTR : EIO;
  return true;
}

static bool is_short(void) { return strcmp(kind, "short") == 0; }

#define REAL(name) \
  static __typeof__(&name) real; \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define OPEN(name) \
  int name(const char *path, int flags, ...) { \
    REAL(name); \
    mode_t mode = 0; \
    if (flags & (O_CREAT | O_TMPFILE)) { \
      va_list more; \
      va_start(more, flags); \
      mode = va_arg(more, mode_t); \
      va_end(more); \
    } \
    bool unnamed = (flags & O_TMPFILE) == O_TMPFILE; \
    if (is_inside(path)) { \
      if (unnamed && strcmp(kind, "notmpfile") == 0) { \
        errno = EOPNOTSUPP; \
        return -1; \
      } \
      int what = (flags & O_CREAT) || unnamed ? writes : reads; \
      if (fails(what | interrupts)) return -1; \
    } \
    return real(path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

#define TRANSFER(name, what, pointer, ...) \
  ssize_t name(int descriptor, pointer bytes, size_t count __VA_OPT__(, ) __VA_ARGS__) { \
    REAL(name); \
    if (count > 0 && is_open_inside(descriptor) && \
        fails(what | interrupts | (count > 1 ? parts : 0))) { \
      if (!is_short()) return -1; \
      count = count / 2; \
    } \
    return real(descriptor, bytes, count PLACE); \
  }
#define PLACE
TRANSFER(read, reads, void *)
TRANSFER(write, writes, const void *)
#undef PLACE
#define PLACE , place
TRANSFER(pread, reads, void *, off_t place)
TRANSFER(pread64, reads, void *, off64_t place)
TRANSFER(pwrite, writes, const void *, off_t place)
TRANSFER(pwrite64, writes, const void *, off64_t place)
#undef PLACE

#define ON_DESCRIPTOR(name) \
  int name(int descriptor) { \
    REAL(name); \
    if (is_open_inside(descriptor) && fails(writes)) return -1; \
    return real(descriptor); \
  }
ON_DESCRIPTOR(fsync)
ON_DESCRIPTOR(fdatasync)

int ftruncate(int descriptor, off_t size) {
  REAL(ftruncate);
  if (is_open_inside(descriptor) && fails(writes)) return -1;
  return real(descriptor, size);
}

int ftruncate64(int descriptor, off64_t size) {
  REAL(ftruncate64);
  if (is_open_inside(descriptor) && fails(writes)) return -1;
  return real(descriptor, size);
}

int rename(const char *from, const char *to) {
  REAL(rename);
  if (is_inside(to) && fails(writes)) return -1;
  return real(from, to);
}

int linkat(int from, const char *old, int to, const char *new, int flags) {
  REAL(linkat);
  if (is_inside(new) && fails(writes)) return -1;
  return real(from, old, to, new, flags);
}

int fchmod(int descriptor, mode_t mode) {
  REAL(fchmod);
  if (is_open_inside(descriptor) && fails(writes)) return -1;
  return real(descriptor, mode);
}
