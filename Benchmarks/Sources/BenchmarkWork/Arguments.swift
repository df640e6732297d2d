// The options of the benchmark's programs: `--name value`, each at most once, and plain words.
// A parser package would take longer to build than all of Benchmarks.

/// What was wrong with a command, for people.
package struct UsageError: Error, CustomStringConvertible {
  /// One line of text.
  package let description: String

  /// An error that says `description`.
  package init(_ description: String) { self.description = description }
}

/// A command's words and options. Options are taken out as they are read; what is left over is an error.
package struct Arguments {
  private var options: [String: String] = [:]
  private var words: ArraySlice<String> = []

  /// Reads the words after the program's name.
  package init(_ line: some Collection<String>) throws(UsageError) {
    var rest = line.makeIterator()
    while let word = rest.next() {
      guard word.hasPrefix("--") else {
        words.append(word)
        continue
      }
      guard let value = rest.next() else { throw UsageError("\(word) needs a value") }
      guard options.updateValue(value, forKey: String(word.dropFirst(2))) == nil else {
        throw UsageError("\(word) is given twice")
      }
    }
  }

  /// Takes the next plain word.
  package mutating func word(_ meaning: String) throws(UsageError) -> String {
    guard let word = words.popFirst() else { throw UsageError("a word is missing: \(meaning)") }
    return word
  }

  /// Takes an option, or else `fallback`; without one, the option must be there.
  package mutating func option<Value: LosslessStringConvertible>(
    _ name: String, default fallback: Value? = nil
  ) throws(UsageError) -> Value {
    guard let text = options.removeValue(forKey: name) else {
      if let fallback { return fallback }
      throw UsageError("--\(name) is missing")
    }
    guard let value = Value(text) else { throw UsageError("--\(name) \(text): not a \(Value.self)") }
    return value
  }

  /// Takes an option that may be missing.
  package mutating func optional<Value: LosslessStringConvertible>(
    _ name: String
  ) throws(UsageError) -> Value? {
    options[name] == nil ? nil : try option(name)
  }

  /// Refuses what nobody took.
  package func finish() throws(UsageError) {
    if let word = words.first { throw UsageError("unexpected: \(word)") }
    if let name = options.keys.min() { throw UsageError("no such option: --\(name)") }
  }
}
