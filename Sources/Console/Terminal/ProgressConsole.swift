// What a load says on standard error while it runs: notices, and on a terminal a progress line that gives way
// to them.

import Platform
package import WireProtocol

package final class ProgressConsole {
  /// How far the load is.
  package var progress = ProgressLine(byteTotal: nil)
  private let descriptor: Int32
  private let isTerminal: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var drawn: ContinuousClock.Instant
  private var isShown = false

  /// Writes to an open descriptor; a progress line is drawn where that is a terminal that is not dumb.
  package init(_ descriptor: Int32) {
    self.descriptor = descriptor
    isTerminal = Terminal.isTerminal(descriptor) && ProcessEnvironment.value("TERM") != "dumb"
    start = clock.now
    drawn = start
  }

  /// The time since this console was made.
  package var elapsed: Duration { clock.now - start }

  /// Says something in a line of its own.
  package func notice(_ text: String) {
    clear()
    write("whichset: \(text)\n")
  }

  /// Says something without the program's name in front.
  package func line(_ text: String) {
    clear()
    write(text + "\n")
  }

  /// What to write in front of a last word from elsewhere, so that it stands alone on its line.
  package var clearing: String { isTerminal ? TextStyle.clearLine : "" }

  /// Draws the progress line, at most ten times a second.
  package func draw(isUrgent: Bool = false) {
    guard isTerminal, isUrgent || clock.now - drawn > .milliseconds(100) else { return }
    drawn = clock.now
    progress.seconds = elapsed / .seconds(1)
    write(progress.text(columns: Terminal.columns(descriptor) - 1), clearing: true)
    isShown = true
  }

  /// Draws how far the daemon says that it is: `done` of `of`.
  package func draw(share fields: [Arguments.Field]) {
    let progress = StreamProgress { name in fields.first { $0.name == name }?.value }
    draw(phase: progress?.phase ?? "", done: progress?.done, of: progress?.of)
  }

  /// Draws how far a phase of a work is, where that is known, at most ten times a second.
  package func draw(phase: String, done: Int?, of total: Int?) {
    guard isTerminal, clock.now - drawn > .milliseconds(100) else { return }
    var text = phase
    if let done, let total, total > 0 {
      text += "\(phase.isEmpty ? "" : " ")\(min(100, done * 100 / total)) %"
    }
    guard !text.isEmpty else { return }
    drawn = clock.now
    write(text, clearing: true)
    isShown = true
  }

  /// Takes the progress line away.
  package func clear() {
    if isShown { write("", clearing: true) }
    isShown = false
  }

  private func write(_ text: String, clearing: Bool = false) {
    var bytes = clearing ? Array(TextStyle.clearLine.utf8) : []
    TerminalText.append(text.utf8.span, to: &bytes)
    // Where standard error is closed, nobody is left to tell.
    try? LineOutput.write(bytes, to: Descriptor(borrowing: descriptor), isSafe: true)
  }
}
