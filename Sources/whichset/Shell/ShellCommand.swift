// `whichset shell`.

import ArgumentParser
import Client
import Console

struct ShellCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shell",
    abstract: "Give commands one after the other, with history and completion.",
    discussion: """
      Takes the commands of this program without its name (check, get, datasets...), and completes them, their options and \
      the names of datasets at the TAB key. A line that begins with a dot, or with raw, goes to the daemon as it is. \
      Words are quoted as in sh; there are no pipes, redirections or variables. Ctrl-C ends the command that \
      runs, or empties the line; Ctrl-D leaves.

      What was typed on a terminal is remembered in ${XDG_STATE_HOME:-~/.local/state}/whichset/history, which only you can \
      read, for the arrow keys. It names the images that you asked about: --no-history keeps nothing, a line that begins \
      with a space is not kept, and forget removes the file.

      Off a terminal, commands are read from standard input, one a line; # begins a comment.

      EXAMPLES
        whichset shell
        whichset shell --no-history
        printf 'check flickr:53000000001\\n.PING\\n' | whichset shell

      EXIT STATUS: 0 on a terminal. Else that of the first command that had trouble, and without one 0 if some command \
      found something, 1 if none did.
      """)

  @Flag(inversion: .prefixedNo, help: "Whether lines are remembered in a file.") var history = true
  @OptionGroup var daemon: DaemonOptions

  func run() throws {
    try Program.run { () throws(Trouble) in
      if let socket = daemon.socket { Environment.set("WHICHSET_SOCKET", to: socket) }
      guard Terminal.isTerminal(Program.standardInput) else {
        var script = ShellScript(Descriptor(standard: Program.standardInput))
        return try script.run()
      }
      var shell = InteractiveShell(history: history ? ShellHistory.usual() : nil)
      shell.run()
      return ExitStatus.found
    }
  }
}
