// For wcwidth.
#define _XOPEN_SOURCE 700
#define _DEFAULT_SOURCE 1
#include "CTerminal.h"

#include <langinfo.h>
#include <string.h>
#include <sys/ioctl.h>

bool ct_set_cell(cchar_t *cell, const wchar_t *scalars, attr_t attributes, int pair) {
  // The short argument holds few pairs; the last one, an extension of ncurses 6.1, holds all.
  return setcchar(cell, scalars, attributes, 0, &pair) == OK;
}

int ct_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

static bool speaks_utf8(void) { return strcmp(nl_langinfo(CODESET), "UTF-8") == 0; }

bool ct_use_utf8_locale(void) {
  setlocale(LC_ALL, "");
  // Numbers are formatted and read with a point everywhere.
  setlocale(LC_NUMERIC, "C");
  if (!speaks_utf8()) setlocale(LC_CTYPE, "C.UTF-8");
  return speaks_utf8();
}

const char *ct_capability(const char *name) {
  const char *text = tigetstr(name);
  return text == NULL || text == (char *)-1 ? NULL : text;
}

bool ct_has(const char *capability) { return ct_capability(capability) != NULL; }

bool ct_window_size(int descriptor, int *width, int *height) {
  struct winsize size;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) return false;
  *width = size.ws_col;
  *height = size.ws_row;
  return true;
}
