// What an operator files with a request for erasure: what was done, when and by whom, without an identifier.

package import Console
import Glibc
import Platform
import WireProtocol

/// The receipt of an erasure, as a file of JSON.
package struct ErasureReceipt {
  /// Seconds since 1970, UTC.
  private let requested = WallClock.seconds
  private let digestBefore: String
  private var logical: Int?
  private var physical: Int?
  private var digestAfter: String?

  /// Before the erasure.
  ///
  /// - Parameter digest: of the index.
  package init(digest: String) { digestBefore = digest }

  /// The images are in no answer any more.
  package mutating func noteLogical(digest: String) { (logical, digestAfter) = (WallClock.seconds, digest) }

  /// No file of the data folder has them.
  package mutating func notePhysical() { physical = WallClock.seconds }

  /// What the program cannot reach.
  private static let beyond = [
    "backups, exports and reports written before",
    "blocks of the disk that the replaced file left, and its snapshots",
    "other indexes and the published lists",
  ]

  /// The receipt as JSON.
  package func record(of erasure: Erasure) -> Record {
    let result = erasure.result
    let erased = result.found.map { found -> Record in
      ["digest": found.digest, "keys": found.keys, "datasets": found.datasets]
    }
    return [
      "state": physical != nil ? "physical" : logical != nil ? "logical" : "requested",
      "receipts": erasure.receipts.map { ["number": $0] as Record }, "requested": requested,
      "logical": logical, "physical": physical, "user": Int(getuid()), "images": result.images,
      "memberships": result.memberships, "suppressed": result.suppressed, "erased": erased,
      "digestBefore": digestBefore, "digestAfter": digestAfter, "notReached": Self.beyond,
    ]
  }

  /// Writes it to a file, in place of an earlier state of it.
  package func write(_ erasure: Erasure, to path: String) throws(Trouble) {
    var bytes: [UInt8] = []
    JSON.append(record(of: erasure), to: &bytes)
    bytes.append(UInt8(ascii: "\n"))
    try WholeFile.write(path) { (file) throws(Trouble) in try LineOutput.write(bytes, to: file) }
  }
}
