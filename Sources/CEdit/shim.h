// Brings libedit's lines, history and completion into Swift. Its settings are global variables, which Swift does not let
// anybody share; here they are set by functions, from the one thread that reads lines.
#ifndef WHICHSET_CEDIT_SHIM_H
#define WHICHSET_CEDIT_SHIM_H
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include <editline/readline.h>

/// Prepares reading: who completes words, which are parted by spaces, and how many lines are remembered. `complete` gives
/// an array of its own, ended by NULL, whose first string is what all have in common; NULL for none.
static inline void whichset_prepare_lines(char **(*complete)(const char *text, int start, int end), int lines_max) {
  rl_readline_name = "whichset";
  rl_attempted_completion_function = complete;
  rl_basic_word_break_characters = " \t";
  rl_completer_word_break_characters = (char *)" \t";
  using_history();
  stifle_history(lines_max);
}

/// The line whose word is being completed.
static inline const char *whichset_line(void) { return rl_line_buffer; }

/// Says whether names of files fit where `complete` gives none.
static inline void whichset_offer_files(int fit) { rl_attempted_completion_over = !fit; }

/// Starts a process that goes on from here, as this one does: 0 in the new one. The C function is `fork`, which Swift
/// does not name, since it is safe only where there is one thread.
static inline pid_t whichset_fork(void) { return fork(); }
#endif
