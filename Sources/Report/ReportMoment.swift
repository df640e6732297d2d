// The date of a report: now, unless a build that must be repeatable says otherwise.

import ByteText
package import Console
import Platform
import WireProtocol

package enum ReportMoment {
  /// Seconds since 1970: those of `SOURCE_DATE_EPOCH` (reproducible-builds.org) if it is set, else the present.
  package static func resolve(_ variable: String?) throws(Trouble) -> Int {
    guard let variable, !variable.isEmpty else { return WallClock.seconds }
    guard let moment = Decimal.parse(variable) else {
      throw Trouble("SOURCE_DATE_EPOCH is not a number of seconds: \(variable)")
    }
    return moment
  }
}
