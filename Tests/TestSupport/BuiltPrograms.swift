// The programs of the build that is tested.

import Foundation

package enum BuiltPrograms {
  /// Their folder, which is that of the running tests. The corresponding C function is `readlink`, of `/proc/self/exe`.
  package static let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().path
}
