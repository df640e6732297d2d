// What the TAB key gives in the shell: commands, their options, names of datasets, and else names of files.

import ArgumentParser
import CEdit
import Client
import DaemonClient
import Glibc
import WireProtocol

/// Completes the words of a line.
enum ShellCompletion {
  /// What a word may become.
  struct Candidates: Equatable {
    var words: [String] = []
    /// Whether names of files fit as well.
    var takesFiles = false
  }

  /// Options whose values are slugs, parted by commas.
  private static let datasetOptions: Set<String> = [
    "--dataset", "--datasets", "--all-of", "--any-of", "--not-in",
  ]
  /// Commands whose first argument is a slug.
  private static let datasetCommands: Set<[String]> = [
    ["dataset", "show"], ["dataset", "set"], ["dataset", "remove"],
  ]

  /// What the last word of a line may become; `line` ends where the cursor is.
  ///
  /// - Parameter datasets: is asked for the names of datasets where they fit.
  static func candidates(_ line: String, datasets: () -> [String]) -> Candidates {
    var words = line.split(whereSeparator: \.isWhitespace).map(String.init)
    let typed = line.last?.isWhitespace ?? true ? "" : words.removeLast()
    let path = CommandTree.path(words)
    if words.isEmpty || path.last.map({ !CommandTree.children(of: $0.command).isEmpty }) ?? false {
      let children = CommandTree.children(of: path.last?.command ?? Whichset.self).map(\.name)
      let own = words.isEmpty ? ShellLine.own.map(\.name) : []
      return Candidates(words: (children + own).filter { $0.hasPrefix(typed) }.sorted())
    }
    guard let command = path.last?.command else { return Candidates() }
    let isDataset =
      datasetOptions.contains(words.last ?? "")
      || datasetCommands.contains(path.map(\.name)) && words.count == path.count
    if isDataset { return Candidates(words: DatasetNames.completions(of: typed, among: datasets())) }
    if typed.hasPrefix("-") {
      return Candidates(words: CommandTree.options(of: command).filter { $0.hasPrefix(typed) })
    }
    return Candidates(takesFiles: true)
  }

  /// The same for libedit.
  static let complete:
    @convention(c) (UnsafePointer<CChar>?, Int32, Int32) -> UnsafeMutablePointer<
      UnsafeMutablePointer<CChar>?
    >? = { _, _, end in
      // libedit's line is a C string, of which `end` bytes stand before the cursor.
      let bytes = unsafe UnsafeRawBufferPointer(start: UnsafeRawPointer(whichset_line()), count: Int(end))
      let text = unsafe String(decoding: bytes, as: UTF8.self)
      let found = candidates(text) { DatasetNames.ask(SocketPath.resolve(option: nil, role: .read)) }
      whichset_offer_files(found.takesFiles ? 1 : 0)
      return found.words.isEmpty ? nil : unsafe copies([commonPrefix(found.words)] + found.words)
    }

  /// What all words begin with.
  static func commonPrefix(_ words: [String]) -> String {
    guard var prefix = words.first.map({ Substring($0) }) else { return "" }
    for word in words {
      while !word.hasPrefix(prefix) { prefix.removeLast() }
    }
    return String(prefix)
  }

  /// C strings in an array that NULL ends, all of which are the caller's to free.
  @unsafe private static func copies(
    _ words: [String]
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    let bytes = unsafe (words.count + 1) * MemoryLayout<UnsafeMutablePointer<CChar>?>.stride
    guard let room = unsafe malloc(bytes) else { return nil }
    let array = unsafe room.bindMemory(to: UnsafeMutablePointer<CChar>?.self, capacity: words.count + 1)
    // Each place of the array is filled once.
    for (index, word) in words.enumerated() { unsafe (array + index).initialize(to: strdup(word)) }
    unsafe (array + words.count).initialize(to: nil)
    return unsafe array
  }
}
