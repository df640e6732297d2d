// Folders of the user's own, where the XDG base directory specification has them.

import Platform

enum UserFolder {
  /// The program's folder under that of an environment variable, or under the home directory; nil where neither is set.
  static func path(_ variable: String, orAtHome standard: String) -> String? {
    if let folder = ProcessEnvironment.value(variable), folder.hasPrefix("/") { return "\(folder)/whichset" }
    guard let home = ProcessEnvironment.value("HOME"), home.hasPrefix("/") else { return nil }
    return "\(home)/\(standard)/whichset"
  }

  /// Makes a folder and those that it is in, for their owner only.
  static func make(_ path: String) throws(SystemFailure) {
    var missing = [path]
    while try !Folder<SystemFailure>.exists(missing[0]) {
      missing.insert(Folder<SystemFailure>.parent(of: missing[0]), at: 0)
    }
    for folder in missing { try Folder<SystemFailure>.make(folder) }
  }
}
