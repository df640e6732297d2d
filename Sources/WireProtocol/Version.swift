// The program's version, told by `HELLO`, by `--version` of both programs and by `STATS`.

package enum ProgramVersion {
  /// Major, minor and patch, as semantic versioning has them.
  package static let text = "0.1.0"
}
