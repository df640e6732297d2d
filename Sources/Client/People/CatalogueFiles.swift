// Which catalogue a command goes by: the one that the program ships, corrected by the system's file, the user's, and the one
// that was asked for, in this order.

package import Catalogue
package import Console
import Platform

package enum CatalogueFiles {
  package static let system = "/etc/whichset/catalogue.txt"

  /// A catalogue is text that people write; a larger file is none.
  package static let fileBytesMax = 16 << 20

  /// The user's file: in `XDG_CONFIG_HOME`, else in `~/.config` (XDG Base Directory Specification); nil where there is
  /// no home either.
  package static var user: String? {
    if let folder = ProcessEnvironment.value("XDG_CONFIG_HOME"), folder.hasPrefix("/") {
      return folder + "/whichset/catalogue.txt"
    }
    guard let home = ProcessEnvironment.value("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.config/whichset/catalogue.txt"
  }

  /// The catalogue to go by. The system's and the user's files may be missing, `option` may not.
  package static func load(option: String?) throws(Trouble) -> Catalogue {
    var catalogue = Catalogue.shipped
    for path in [system, user].compactMap(\.self) where try isThere(path) {
      catalogue = try correct(catalogue, path)
    }
    if let option { catalogue = try correct(catalogue, option) }
    return catalogue
  }

  /// Whether there is a file. One that cannot be looked at is trouble: its corrections would be missing unnoticed.
  static func isThere(_ path: String) throws(Trouble) -> Bool {
    try Trouble.wrapping("cannot read \(path)", try FileStatus.at(path)) != nil
  }

  /// Checks a file alone and together with the shipped catalogue; returns how many entries it has.
  package static func check(_ path: String) throws(Trouble) -> Int {
    let file = try read(path)
    _ = try joined(Catalogue.shipped, file)
    return file.entries.count
  }

  private static func correct(_ catalogue: Catalogue, _ path: String) throws(Trouble) -> Catalogue {
    try joined(catalogue, try read(path))
  }

  private static func joined(_ catalogue: Catalogue, _ correction: Catalogue) throws(Trouble) -> Catalogue {
    do throws(CatalogueError) {
      return try catalogue.corrected(by: correction)
    } catch {
      throw Trouble(error.description)
    }
  }

  private static func read(_ path: String) throws(Trouble) -> Catalogue {
    let bytes = try contents(path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Trouble("\(path): not UTF-8 text")
    }
    do throws(CatalogueError) {
      return try Catalogue(text, file: path)
    } catch {
      throw Trouble(error.description)
    }
  }

  private static func contents(_ path: String) throws(Trouble) -> [UInt8] {
    let file = try Descriptor.reading(path)
    let contents = try Trouble.wrapping("cannot read \(path)", try file.readAll(bytesMax: fileBytesMax))
    guard contents.count <= fileBytesMax else {
      throw Trouble("\(path): larger than a catalogue may be (\(Figures.bytes(fileBytesMax)))")
    }
    return contents
  }
}
