// What only C may do about files: signal handlers.
#ifndef EZSCOPE_CFILES_H
#define EZSCOPE_CFILES_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

// MARK: Files being written

// Remembers a file that is removed if the process is interrupted, terminated, or exits first;
// -1 if too many are remembered already. Handlers somebody else installed stay.
int ez_part_add(const char *path);
// Forgets it again: it is complete, or removed already.
void ez_part_forget(int place);

// MARK: Mapped files

// Remembers that `bytes` at `start` are a file's; `sentence` is what to say if the file shrinks.
// -1 if too many are remembered already.
int ez_mapping_add(const void *start, size_t bytes, const char *sentence);
void ez_mapping_forget(int place);

// What happens when a mapped file shrinks: by default the sentence is printed and the process
// exits with this status. Otherwise zeros stand for what is gone, and ez_shrunk_file tells.
void ez_survive_shrinking(bool survive);
// The sentence of a file that shrank and was survived; NULL if none did.
const char *ez_shrunk_file(void);

// For a handler of SIGBUS that was installed later: true if the fault is dealt with.
bool ez_absorb_fault(int number, siginfo_t *info);

#endif
