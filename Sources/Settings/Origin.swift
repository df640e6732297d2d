// Where a value comes from. The later ones win over the earlier ones.

/// The origin of a setting's value.
package enum Origin: Equatable, Sendable, CustomStringConvertible {
  /// Nobody has given one.
  case standard
  /// A line of a file.
  case file(path: String, line: Int)
  /// A variable of the environment.
  case variable(String)
  /// A flag on the command line.
  case flag

  /// For people: where to look.
  package var description: String {
    switch self {
    case .standard: "default"
    case .file(let path, let line): "\(path):\(line)"
    case .variable(let name): "environment, \(name)"
    case .flag: "command line"
    }
  }

  /// What an error begins with.
  var place: String {
    switch self {
    case .standard: ""
    case .file(let path, let line): "\(path):\(line): "
    case .variable(let name): "\(name) in the environment: "
    case .flag: "--"
    }
  }
}
