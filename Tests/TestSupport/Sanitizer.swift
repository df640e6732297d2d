// Whether the tests run under a sanitizer, which has memory, files and threads of its own: what bounds or counts these says
// nothing there.

import Foundation

package enum Sanitizer {
  /// Told by `scripts/test-sanitized`.
  package static let isThere = ProcessInfo.processInfo.environment["WHICHSET_SANITIZER"] != nil
}
