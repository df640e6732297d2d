// Who asks the cluster: a user of its ACL and the password, from a file that others cannot read.

package import Console
import Glibc
import Platform

package struct ClusterCredentials: Equatable, Sendable {
  /// Nil for the default user.
  let user: String?
  let password: String

  /// Reads a file with the line `user:password`, or the password of the default user alone.
  package init(file path: String) throws(Trouble) {
    let what = "cannot read \(path)"
    guard let file = try Descriptor.regular(path, O_RDONLY, what) else {
      throw Trouble("\(what): there is no such file")
    }
    let raw = file.raw
    guard try Trouble.wrapping(what, try FileStatus(of: raw)).rights & 0o007 == 0 else {
      throw Trouble("\(path) has a password, and everybody can read it; run chmod 600 \(path)")
    }
    let bytes = try Trouble.wrapping(what, try file.readAll(bytesMax: ClusterLimits.credentialBytesMax))
    guard let credentials = Self(bytes) else {
      throw Trouble("\(path) does not have one line, user:password or a password alone")
    }
    self = credentials
  }

  init?(_ bytes: [UInt8]) {
    var text = String(decoding: bytes, as: UTF8.self)[...]
    if text.hasSuffix("\n") { text.removeLast() }
    guard !text.isEmpty, bytes.count <= ClusterLimits.credentialBytesMax,
      !text.utf8.contains(where: { $0 < 0x20 })
    else { return nil }
    if let colon = text.firstIndex(of: ":") {
      user = colon == text.startIndex ? nil : String(text[..<colon])
      password = String(text[text.index(after: colon)...])
    } else {
      user = nil
      password = String(text)
    }
    if password.isEmpty { return nil }
  }

  var command: [UInt8] { Command.bytes(["AUTH"] + (user.map { [$0] } ?? []) + [password]) }
}
