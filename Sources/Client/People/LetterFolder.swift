// Letters as files of a folder, one a dataset. A file that is there already is not written over: the person may have filled
// it in.

package import Console
import Glibc
import Platform
import WireProtocol

package enum LetterFolder {
  /// Writes `<slug>.txt` for each letter, and makes the folder if there is none; returns the paths.
  ///
  /// - Throws: where a file cannot be written, or is there already. Those before it are written.
  package static func write(
    _ letters: [(slug: String, letter: RequestLetter)], to folder: String
  ) throws(Trouble) -> [String] {
    try Trouble.wrapping("cannot make \(folder)", try Folder<SystemFailure>.make(folder))
    var paths: [String] = []
    for (slug, letter) in letters {
      guard Slug.isValid(slug) else {
        throw Trouble(
          "the daemon names a dataset \(slug.shown), which no dataset can be called; no letter was made of it"
        )
      }
      let path = "\(folder)/\(slug).txt"
      let file = try Trouble.wrapping(
        "cannot write \(path)", try Descriptor(opening: path, O_WRONLY | O_CREAT | O_EXCL))
      try LineOutput.write(Array(letter.text.utf8), to: file)
      paths.append(path)
    }
    return paths
  }
}
