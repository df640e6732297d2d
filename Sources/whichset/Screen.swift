// The terminal as a screen of lines, by ncurses: the alternate screen, other sizes, keys. Nothing else in the program
// sees ncurses.

import CNcurses
import Client
import Console

/// The terminal while it is a screen; given back when the value goes. There is one at a time, on one thread.
struct Screen: ~Copyable {
  /// What came of waiting for a key.
  enum Event {
    /// `q`, Ctrl-C or Ctrl-D.
    case quit
    /// The window has another size.
    case resized
    /// The time is over, or another key was pressed.
    case nothing
  }

  /// Whether the terminal (TERM) can be a screen at all; a dumb one cannot.
  static var isPossible: Bool { whichset_screen_possible() }

  /// Takes the terminal over. The corresponding C function is `newterm`.
  init() throws(Trouble) {
    guard whichset_screen_begin() else {
      throw Trouble("this terminal (TERM) has no screen to draw on; whichset top --once prints the figures")
    }
  }

  deinit { whichset_screen_end() }

  var columns: Int { Int(whichset_screen_columns()) }
  var rows: Int { Int(whichset_screen_rows()) }

  /// Shows these lines and nothing else.
  func show(_ lines: [WatchScreen.Line]) {
    whichset_screen_clear()
    for (row, line) in lines.prefix(rows).enumerated() {
      // The call copies the text.
      unsafe whichset_screen_line(Int32(row), line.text, Int32(columns), line.isHeading)
    }
    whichset_screen_show()
  }

  /// Waits for a key.
  func wait(milliseconds: Int) -> Event {
    let key = whichset_screen_key(Int32(clamping: milliseconds))
    switch key {
    case 3, 4, 0x71, 0x51: return .quit
    case whichset_screen_resized(): return .resized
    default: return .nothing
    }
  }
}
