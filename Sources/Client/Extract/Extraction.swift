// `whichset extract`: files in, identifiers out, a file after the other. One that cannot be read is named and keeps no other
// from being read. Memory does not grow with a file, nor with its lines.

package import Console
package import ListFormats
import Platform

package struct Extraction: ~Copyable {
  private let column: ListColumn.Place?
  private var sink: IdentifierSink
  private var output: LineOutput
  private let notice: (String) -> Void
  private var hasTrouble = false
  private var outputTrouble: Trouble?

  /// Found lines that are written together.
  private static var outputBytesMax: Int { 1 << 16 }

  /// An extraction that writes to a descriptor.
  ///
  /// - Parameters:
  ///   - column: of tables, the column that is looked at; nil for any text.
  ///   - notice: reports files that cannot be read.
  package init(
    column: ListColumn.Place?, sink: IdentifierSink, output: consuming LineOutput,
    notice: @escaping (String) -> Void
  ) {
    self.column = column
    self.sink = sink
    self.output = output
    self.notice = notice
  }

  /// As grep's: trouble outweighs, then found, then nothing found.
  package var exitStatus: Int32 {
    if hasTrouble { return ExitStatus.trouble }
    return sink.count > 0 ? ExitStatus.found : ExitStatus.nothingFound
  }

  /// Reads a file to its end; `-` is standard input.
  ///
  /// - Throws: where the output fails.
  package mutating func read(_ path: String) throws(Trouble) {
    let name = path == "-" ? "standard input" : path
    let descriptor: Descriptor
    do throws(Trouble) {
      descriptor = path == "-" ? Descriptor(borrowing: 0) : try Descriptor.reading(path)
    } catch {
      return complain(error.text)
    }
    do throws(ListError) {
      if let column {
        try readColumn(try ColumnReader(name: name, descriptor: descriptor.raw, column: column))
      } else {
        try readText(try TextSource(name: name, descriptor: descriptor.raw))
      }
    } catch {
      complain("cannot read \(error)")
    }
    try flush()
    if let outputTrouble { throw outputTrouble }
    if sink.forgets {
      notice(
        "more than \(Figures.grouped(IdentifierSink.rememberedMax)) different keys: further ones may repeat")
    }
  }

  private mutating func readText(_ source: consuming TextSource) throws(ListError) {
    var finder = IdentifierFinder()
    var text: [UInt8] = []
    // What was found before a file breaks off counts.
    defer { finder.finish(to: &sink) }
    while try source.next(into: &text) {
      finder.append(text.span, to: &sink)
      guard flushed() else { return }
    }
    finder.append(text.span, to: &sink)
  }

  private mutating func readColumn(_ reader: consuming ColumnReader) throws(ListError) {
    var finder = IdentifierFinder()
    var value: [UInt8] = []
    var text: [UInt8] = []
    while try reader.next(into: &value) {
      if !finder.take(whole: value.span, to: &sink) {
        text.removeAll(keepingCapacity: true)
        var unescaper = TextUnescaper()
        unescaper.append(value.span, to: &text)
        unescaper.finish(to: &text)
        finder.append(text.span, to: &sink)
        finder.finish(to: &sink)
      }
      guard sink.output.count < Self.outputBytesMax || flushed() else { return }
    }
    if reader.overlongCount > 0 {
      complain(
        "\(Figures.counted(reader.overlongCount, "record")) longer than a line may be, in part passed over")
    }
  }

  private mutating func complain(_ text: String) {
    hasTrouble = true
    notice(text)
  }

  /// Writes what was found; false where that fails.
  private mutating func flushed() -> Bool {
    do throws(Trouble) {
      try flush()
      return true
    } catch {
      outputTrouble = error
      return false
    }
  }

  private mutating func flush() throws(Trouble) {
    output.queue.storage.append(contentsOf: sink.output)
    sink.output.removeAll(keepingCapacity: true)
    try output.writeAll()
  }
}
