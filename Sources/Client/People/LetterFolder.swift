// Letters as files of a folder, one a dataset. A file that is there already is not written over: the person may have filled
// it in.

package import Console
import Glibc

package enum LetterFolder {
  /// Writes `<slug>.txt` for each letter, and makes the folder if there is none; returns the paths.
  ///
  /// - Throws: where a file cannot be written, or is there already. Those before it are written.
  package static func write(
    _ letters: [(slug: String, letter: RequestLetter)], to folder: String
  ) throws(Trouble) -> [String] {
    // The C strings live through the calls. The corresponding C function is `mkdir`.
    if unsafe mkdir(folder, 0o700) != 0, errno != EEXIST {
      throw Trouble("cannot make \(folder)", code: errno)
    }
    var paths: [String] = []
    for (slug, letter) in letters {
      let path = "\(folder)/\(slug).txt"
      let raw = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard raw >= 0 else { throw Trouble("cannot write \(path)", code: errno) }
      try LineOutput.write(Array(letter.text.utf8), to: Descriptor(owning: raw))
      paths.append(path)
    }
    return paths
  }
}
