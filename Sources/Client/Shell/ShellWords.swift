// A line of the interactive shell taken apart into words. Pure. Quotes and backslashes mean what they mean to sh(1);
// nothing else does: a URL needs quoting only where it has spaces, quotes or backslashes in it.

package import Console

/// Cuts lines into words.
package enum ShellWords {
  /// The words of a line; none for a blank one, and for one that begins with `#`. Throws where a quote is not closed.
  package static func parse(_ line: String) throws(Trouble) -> [String] {
    var scanner = Scanner()
    for character in line {
      scanner.take(character)
      if scanner.isComment { return [] }
    }
    return try scanner.finish()
  }

  /// What alone would be a pipe or a redirection in another shell, and is none here.
  package static let foreignWords: Set<String> = ["|", "<", ">", ">>", "&", "&&", "||", ";"]

  private struct Scanner {
    private var words: [String] = []
    private var word: String?
    private var quote: Character?
    private var isEscaped = false
    private(set) var isComment = false

    mutating func take(_ character: Character) {
      if isEscaped {
        // Within double quotes a backslash stands for itself, unless before a quote or another one.
        if quote == "\"", character != "\"", character != "\\" { append("\\") }
        append(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
      } else if let open = quote {
        if character == open { quote = nil } else { append(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        word = word ?? ""
      } else if character.isWhitespace {
        endWord()
      } else {
        isComment = character == "#" && word == nil && words.isEmpty
        append(character)
      }
    }

    mutating func finish() throws(Trouble) -> [String] {
      guard quote == nil else { throw Trouble("a quote is not closed") }
      if isEscaped { append("\\") }
      endWord()
      return words
    }

    private mutating func append(_ character: Character) { word = (word ?? "") + String(character) }

    private mutating func endWord() {
      if let word { words.append(word) }
      word = nil
    }
  }
}
