#ifndef EZSCOPE_CTERMINAL_H
#define EZSCOPE_CTERMINAL_H

#define NCURSES_WIDECHAR 1
#include <ncursesw/curses.h>
#include <ncursesw/term.h>

#endif
