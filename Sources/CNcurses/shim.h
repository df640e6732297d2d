// The few functions of ncurses that a screen of text lines needs. Its own names stand behind these, since many of them
// are macros, and `stdscr` is a variable that Swift cannot see is used by one thread only.
#ifndef WHICHSET_CNCURSES_SHIM_H
#define WHICHSET_CNCURSES_SHIM_H
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <stdbool.h>
#include <stdio.h>

// Of <term.h>, whose macros would take the names of variables.
extern int setupterm(const char *term, int file, int *error);

/// Whether the terminal at standard output is known and can put text where it is told. The C functions are `setupterm`
/// and `tigetstr`.
static inline bool whichset_screen_possible(void) {
  int error = 0;
  if (setupterm(NULL, fileno(stdout), &error) != OK) return false;
  const char *cup = tigetstr("cup");
  return cup != NULL && cup != (char *)-1;
}

/// Takes over the terminal at standard input and output: the alternate screen, keys one by one, Ctrl-C as a key. False
/// where the terminal cannot do it. The C function is `newterm`.
static inline bool whichset_screen_begin(void) {
  if (newterm(NULL, stdout, stdin) == NULL) return false;
  raw();
  noecho();
  nonl();
  keypad(stdscr, true);
  curs_set(0);
  return true;
}

/// Gives the terminal back as it was. The C function is `endwin`.
static inline void whichset_screen_end(void) { endwin(); }

static inline int whichset_screen_rows(void) { return getmaxy(stdscr); }
static inline int whichset_screen_columns(void) { return getmaxx(stdscr); }

/// Begins a new picture. The C function is `erase`.
static inline void whichset_screen_clear(void) { erase(); }

/// Writes a line, cut at the right edge. The C function is `mvaddnstr`.
static inline void whichset_screen_line(int row, const char *text, int columns, bool bold) {
  if (bold) attron(A_BOLD);
  mvaddnstr(row, 0, text, columns);
  if (bold) attroff(A_BOLD);
}

/// Shows the picture: sends what differs from the last one. The C function is `refresh`.
static inline void whichset_screen_show(void) { refresh(); }

/// The next key, waited for at most so long; -1 where none came. The C functions are `timeout` and `getch`.
static inline int whichset_screen_key(int milliseconds) {
  timeout(milliseconds);
  return getch();
}

/// The key that says that the window has another size.
static inline int whichset_screen_resized(void) { return KEY_RESIZE; }
#endif
