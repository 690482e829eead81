// Handlers do nothing but what is async-signal-safe: unlink, write, sigaction, raise, _exit; and
// mmap, which is a plain system call on Linux.
#define _GNU_SOURCE
#include "CFiles.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

// MARK: Files being written

enum { part_count = 64 };
static char *_Atomic parts[part_count];

static void remove_parts(void) {
  for (int i = 0; i < part_count; i++) {
    char *path = atomic_load(&parts[i]);
    if (path != NULL) unlink(path);
  }
}

static void end(int number) {
  remove_parts();
  signal(number, SIG_DFL);
  raise(number);
}

static void watch_for_the_end(void) {
  static const int ends[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU};
  for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
    struct sigaction action;
    if (sigaction(ends[i], NULL, &action) != 0 || action.sa_handler != SIG_DFL) continue;
    memset(&action, 0, sizeof action);
    action.sa_handler = end;
    sigemptyset(&action.sa_mask);
    sigaction(ends[i], &action, NULL);
  }
  static bool registered;
  if (!registered) registered = atexit(remove_parts) == 0;
}

int ez_part_add(const char *path) {
  char *copy = strdup(path);
  if (copy == NULL) return -1;
  pthread_mutex_lock(&lock);
  int place = -1;
  for (int i = 0; i < part_count && place < 0; i++) {
    if (atomic_load(&parts[i]) == NULL) place = i;
  }
  if (place >= 0) {
    watch_for_the_end();
    atomic_store(&parts[place], copy);
  }
  pthread_mutex_unlock(&lock);
  if (place < 0) free(copy);
  return place;
}

// The text is not freed: a handler may be reading it.
void ez_part_forget(int place) {
  if (place >= 0 && place < part_count) atomic_store(&parts[place], NULL);
}

// MARK: Mapped files

struct mapping {
  _Atomic(char *) start;
  size_t bytes;
  const char *sentence;
};
enum { mapping_count = 1024 };
static struct mapping mappings[mapping_count];
static _Atomic bool survives;
static const char *_Atomic shrunk;
static struct sigaction before;
static bool installed;

bool ez_absorb_fault(int number, siginfo_t *info) {
  if (number != SIGBUS || info == NULL || info->si_code <= 0) return false;
  char *address = info->si_addr;
  for (int i = 0; i < mapping_count; i++) {
    char *start = atomic_load(&mappings[i].start);
    if (start == NULL || address < start || address >= start + mappings[i].bytes) continue;
    const char *sentence = mappings[i].sentence;
    if (!atomic_load(&survives)) {
      if (write(STDERR_FILENO, sentence, strlen(sentence)) < 0) { /* nobody reads it */ }
      remove_parts();
      _exit(65);
    }
    long page = sysconf(_SC_PAGESIZE);
    char *gone = address - (size_t)address % (size_t)page;
    size_t rest = (size_t)(start + mappings[i].bytes - gone);
    void *zeros =
      mmap(gone, rest, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (zeros == MAP_FAILED) return false;
    atomic_store(&shrunk, sentence);
    return true;
  }
  return false;
}

static void fault(int number, siginfo_t *info, void *context) {
  int saved = errno;
  if (ez_absorb_fault(number, info)) {
    errno = saved;
    return;
  }
  if (before.sa_flags & SA_SIGINFO) {
    before.sa_sigaction(number, info, context);
  } else if (before.sa_handler != SIG_DFL && before.sa_handler != SIG_IGN) {
    before.sa_handler(number);
  } else {
    // The faulting instruction runs again, without us.
    sigaction(number, &before, NULL);
  }
}

int ez_mapping_add(const void *start, size_t bytes, const char *sentence) {
  char *copy = strdup(sentence);
  if (copy == NULL) return -1;
  pthread_mutex_lock(&lock);
  if (!installed) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    installed = sigaction(SIGBUS, &action, &before) == 0;
  }
  int place = -1;
  for (int i = 0; i < mapping_count && place < 0; i++) {
    if (atomic_load(&mappings[i].start) == NULL) place = i;
  }
  if (place >= 0) {
    mappings[place].bytes = bytes;
    mappings[place].sentence = copy;
    atomic_store(&mappings[place].start, (char *)start);
  }
  pthread_mutex_unlock(&lock);
  if (place < 0) free(copy);
  return place;
}

// The sentence is not freed: a handler may be reading it, or may have told of it.
void ez_mapping_forget(int place) {
  if (place >= 0 && place < mapping_count) atomic_store(&mappings[place].start, NULL);
}

void ez_survive_shrinking(bool survive) { atomic_store(&survives, survive); }

const char *ez_shrunk_file(void) { return atomic_load(&shrunk); }
