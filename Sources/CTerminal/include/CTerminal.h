// What Swift cannot import from ncurses by itself, and what only C may do: signal handlers.
#ifndef EZSCOPE_CTERMINAL_H
#define EZSCOPE_CTERMINAL_H

#define NCURSES_WIDECHAR 1
#include <ncursesw/curses.h>
#include <ncursesw/term.h>

#include <locale.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <termios.h>
#include <wchar.h>

// Attributes: the macros cast, which Swift does not import.
static const attr_t ct_normal = WA_NORMAL;
static const attr_t ct_bold = WA_BOLD;
static const attr_t ct_dim = WA_DIM;
static const attr_t ct_underline = WA_UNDERLINE;
static const attr_t ct_reverse = WA_REVERSE;

// C globals: Swift 6 rightly refuses them as shared mutable state.
static inline int ct_colors(void) { return COLORS; }
static inline int ct_color_pairs(void) { return COLOR_PAIRS; }

// One cell: at most CCHARW_MAX scalars, the first spacing. False if ncurses refuses them.
bool ct_set_cell(cchar_t *cell, const wchar_t *scalars, attr_t attributes, int pair);

// Columns the C library gives a scalar; -1 if it cannot print it.
int ct_width(uint32_t scalar);

// Makes the C library speak UTF-8; false if neither the user's locale nor C.UTF-8 does.
bool ct_use_utf8_locale(void);

// Whether a string capability of the current terminal exists; NULL if it has none.
bool ct_has(const char *capability);
const char *ct_capability(const char *name);

// The size of the window behind a descriptor; false if it is no terminal. (term.h makes macros of
// `columns` and `lines`.)
bool ct_window_size(int descriptor, int *width, int *height);

// Writes the numbers of WINCH TERM HUP INT TSTP CONT into the pipe from now on. Unblocks them.
// The handlers stay out of ncurses' way: install them before newterm.
void ct_forward_signals(int pipe_write_end);
// Gives those signals back to whoever had them, and stops writing.
void ct_stop_forwarding(void);

// Arms crash restore: on every fatal signal that is not forwarded the handler writes `reset` to the
// terminal, puts the settings it has now (take them before ncurses changes them) back, and then
// lets the previous action run. One terminal at a time; `reset` is copied.
bool ct_arm_crash_restore(int descriptor, const char *reset);
void ct_disarm_crash_restore(void);

// Stops the whole process group as Ctrl-Z does, and returns once it is continued.
void ct_stop_process_group(void);

#endif
