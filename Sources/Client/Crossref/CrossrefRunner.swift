// Carries a cross-reference through: reads blocks, sends them, hears replies, writes the rows that match. Blocks are
// read no faster than the daemon takes them and matches are written, so memory stays bounded whatever the list's size.

import Glibc
package import ListFormats
import WireProtocol

/// What the user asked to be cross-referenced.
package struct CrossrefRunner: ~Copyable {
  private var blocks: FileBlocks
  private var exchange: CrossrefExchange
  private var matches: LineOutput
  private var requests = ByteQueue()
  private let console: IngestConsole

  /// Bytes of requests, and of matches, that may wait before no more blocks are read.
  private static var pendingBytesMax: Int { 2 << 20 }

  /// Opens the lists.
  ///
  /// - Parameters:
  ///   - matchesPath: where rows that match are written; nil for nowhere.
  package init(
    paths: [String], format: ListFormat?, options: ListOptions, matchesPath: String?, console: IngestConsole
  ) throws(Trouble) {
    let files = try ListFiles.examine(paths)
    let blocks = try FileBlocks(
      files, format: format, options: options,
      notice: { text in if !text.contains("format plain") { console.notice(text) } })
    let matches = LineOutput(try Self.descriptor(matchesPath))
    console.progress = ProgressLine(byteTotal: files.byteCount)
    self.init(blocks: blocks, matches: matches, givesMatches: matchesPath != nil, console: console)
  }

  private init(
    blocks: FileBlocks, matches: consuming LineOutput, givesMatches: Bool, console: IngestConsole
  ) {
    self.blocks = blocks
    self.matches = matches
    self.console = console
    exchange = CrossrefExchange(givesMatches: givesMatches)
  }

  private static func descriptor(_ path: String?) throws(Trouble) -> Descriptor {
    guard let path else { return .none }
    return try .writing(path)
  }

  /// Runs to the counts.
  package mutating func run(socket: String) throws(Trouble) -> CrossrefReport {
    defer { console.clear() }
    var link = try DaemonLink(path: socket)
    exchange.begin(&requests.storage)
    while true {
      try sendBlocks()
      let mayReceive = matches.queue.count < Self.pendingBytesMax
      var entries: [pollfd] = []
      if mayReceive { entries.append(Poll.entry(link.raw, link.events(requests))) }
      if let raw = matches.descriptorToPoll { entries.append(Poll.entry(raw, POLLOUT)) }
      _ = Poll.wait(&entries, milliseconds: -1)
      if matches.descriptorToPoll != nil, let entry = entries.last, Poll.isWritable(entry) {
        try matches.write()
      }
      guard mayReceive else { continue }
      if Poll.isWritable(entries[0]) { link.send(&requests) }
      guard Poll.isReadable(entries[0]) else { continue }
      try link.receive()
      while let line = link.replies.next() {
        try Self.give(line, of: link.replies, to: &exchange, &matches.queue.storage)
      }
      if let report = exchange.report {
        try matches.writeAll()
        return report
      }
      if link.hasEnded { throw link.lost }
    }
  }

  private mutating func sendBlocks() throws(Trouble) {
    while exchange.wantsBlock, requests.count < Self.pendingBytesMax {
      guard let block = try blocks.next() else {
        exchange.end(&requests.storage)
        return
      }
      console.progress.rows += block.lines.count
      console.progress.bytesRead = blocks.bytesRead
      console.draw()
      exchange.send(block.bytes, count: block.lines.count, &requests.storage)
    }
  }

  private static func give(
    _ line: Range<Int>, of replies: LineBuffer, to exchange: inout CrossrefExchange, _ matches: inout [UInt8]
  ) throws(Trouble) {
    try exchange.receive(replies.line(line), matches: &matches)
  }
}

extension Descriptor {
  /// Opens a file for writing, or makes it; what it holds goes. The corresponding C function is `open`.
  package static func writing(_ path: String) throws(Trouble) -> Descriptor {
    // The C string lives through the call.
    let raw = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard raw >= 0 else { throw Trouble("cannot write \(path)", code: errno) }
    return Descriptor(owning: raw)
  }
}
