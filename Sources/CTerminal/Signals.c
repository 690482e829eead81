// Signals while the terminal is ours. The handlers do nothing but what POSIX calls
// async-signal-safe: write, tcsetattr, sigaction, raise.
#include "CFiles.h"
#include "CTerminal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

// MARK: Giving the terminal back

// Every signal that ends a process unless it is caught, but for those that are forwarded.
static const int fatal[] = {SIGQUIT, SIGABRT,   SIGSEGV, SIGILL,    SIGBUS,  SIGFPE,
                            SIGTRAP, SIGUSR1,   SIGUSR2, SIGALRM,   SIGPROF, SIGVTALRM,
                            SIGPIPE, SIGSYS,    SIGXCPU, SIGXFSZ,   SIGIO,   SIGPWR,
                            SIGSTKFLT};
enum { fatal_count = sizeof fatal / sizeof fatal[0] };
static struct sigaction fatal_before[fatal_count];
static volatile sig_atomic_t armed;
static int terminal_descriptor = -1;
static struct termios saved_settings;
static char reset_text[512];
static size_t reset_length;
// A Swift stack overflow has no stack left to run a handler on.
static char handler_stack[1 << 16];

static void restore_terminal(void) {
  if (!armed) return;
  armed = 0;
  const char *rest = reset_text;
  size_t left = reset_length;
  while (left > 0) {
    ssize_t count = write(terminal_descriptor, rest, left);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    rest += count;
    left -= (size_t)count;
  }
  tcsetattr(terminal_descriptor, TCSANOW, &saved_settings);
}

// MARK: Forwarding

static const int forwarded[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT};
enum { forwarded_count = sizeof forwarded / sizeof forwarded[0] };
static struct sigaction forwarded_before[forwarded_count];
static volatile sig_atomic_t wake_end = -1;
static volatile sig_atomic_t stop_count;

static bool stops(int number) {
  return number == SIGTERM || number == SIGHUP || number == SIGINT;
}

static void forward(int number) {
  int saved = errno;
  // The first asks the program to end. A second finds that it does not get round to it.
  if (stops(number) && stop_count++ > 0) {
    restore_terminal();
    signal(number, SIG_DFL);
    raise(number);
    return;
  }
  int end = wake_end;
  unsigned char byte = (unsigned char)number;
  if (end >= 0 && write(end, &byte, 1) < 0) { /* full: the reader wakes anyway */ }
  errno = saved;
}

void ct_forward_signals(int pipe_write_end) {
  bool installed = wake_end >= 0;
  wake_end = pipe_write_end;
  stop_count = 0;
  if (installed) return;
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_handler = forward;
  // No SA_RESTART: poll must return. SIGCHLD and the like are not ours.
  sigemptyset(&action.sa_mask);
  sigset_t unblocked;
  sigemptyset(&unblocked);
  for (int i = 0; i < forwarded_count; i++) {
    sigaction(forwarded[i], &action, &forwarded_before[i]);
    sigaddset(&unblocked, forwarded[i]);
  }
  pthread_sigmask(SIG_UNBLOCK, &unblocked, NULL);
}

void ct_stop_forwarding(void) {
  if (wake_end < 0) return;
  for (int i = 0; i < forwarded_count; i++) sigaction(forwarded[i], &forwarded_before[i], NULL);
  wake_end = -1;
}

void ct_stop_process_group(void) {
  struct sigaction usual, before;
  memset(&usual, 0, sizeof usual);
  usual.sa_handler = SIG_DFL;
  sigemptyset(&usual.sa_mask);
  sigaction(SIGTSTP, &usual, &before);
  // The group, not only this process: in `cat log | program` the shell waits for both.
  kill(0, SIGTSTP);
  sigaction(SIGTSTP, &before, NULL);
}

// MARK: Crash restore

static void run_previous(struct sigaction *previous, int number, siginfo_t *info, void *context) {
  if (previous->sa_flags & SA_SIGINFO) {
    previous->sa_sigaction(number, info, context);
  } else if (previous->sa_handler != SIG_DFL && previous->sa_handler != SIG_IGN) {
    previous->sa_handler(number);
  }
}

static bool is_fault(int number) {
  return number == SIGSEGV || number == SIGILL || number == SIGBUS || number == SIGFPE ||
         number == SIGTRAP || number == SIGSYS;
}

static void crash(int number, siginfo_t *info, void *context) {
  // A mapped file that somebody cut is no crash: zeros stand for what is gone.
  if (ez_absorb_fault(number, info)) return;
  restore_terminal();
  struct sigaction *previous = NULL;
  for (int i = 0; i < fatal_count; i++) {
    if (fatal[i] == number) previous = &fatal_before[i];
  }
  if (previous == NULL) return;
  if (info->si_code > 0 && is_fault(number)) {
    // The faulting instruction runs again and finds the previous action: the default, or Swift's
    // backtracer.
    sigaction(number, previous, NULL);
    return;
  }
  // A signal somebody sent does not come again by itself, and the backtracer counts on that.
  run_previous(previous, number, info, context);
  signal(number, SIG_DFL);
  raise(number);
}

bool ct_arm_crash_restore(int descriptor, const char *reset) {
  size_t length = strlen(reset);
  if (length > sizeof reset_text) return false;
  memcpy(reset_text, reset, length);
  reset_length = length;
  if (armed) return true;
  if (tcgetattr(descriptor, &saved_settings) != 0) return false;
  terminal_descriptor = descriptor;

  stack_t stack, current;
  memset(&stack, 0, sizeof stack);
  stack.ss_sp = handler_stack;
  stack.ss_size = sizeof handler_stack;
  // Swift's backtracer brings a stack of its own, which serves as well.
  if (sigaltstack(NULL, &current) == 0 && (current.ss_flags & SS_DISABLE)) {
    sigaltstack(&stack, NULL);
  }
  struct sigaction action;
  memset(&action, 0, sizeof action);
  action.sa_sigaction = crash;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  armed = 1;
  for (int i = 0; i < fatal_count; i++) sigaction(fatal[i], &action, &fatal_before[i]);
  return true;
}

void ct_disarm_crash_restore(void) {
  if (terminal_descriptor < 0) return;
  armed = 0;
  for (int i = 0; i < fatal_count; i++) {
    struct sigaction current;
    sigaction(fatal[i], NULL, &current);
    if (current.sa_sigaction == crash) sigaction(fatal[i], &fatal_before[i], NULL);
  }
  terminal_descriptor = -1;
}
