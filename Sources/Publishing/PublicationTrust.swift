// What has to hold of a publication's head: a signature, an age, and that it is no older than the one that was seen last.

package import Console
import Glibc
import Platform

package struct PublicationTrust: Sendable {
  private let keys: [Signature.PublicKey]
  private let ageMax: Int?
  private let memory: String?
  private let now: Int

  /// - Parameters:
  ///   - keys: of whom heads are believed.
  ///   - ageMax: seconds since the head was made; nil for any.
  ///   - memory: the folder where the last head of each publication is noted; nil for none.
  ///   - now: seconds since 1970.
  package init(keys: [Signature.PublicKey], ageMax: Int?, memory: String?, now: Int = WallClock.seconds) {
    self.keys = keys
    self.ageMax = ageMax
    self.memory = memory
    self.now = now
  }

  /// The folder of the user for what was seen.
  package static func userMemory() throws(Trouble) -> String {
    guard let folder = UserFolder.path("XDG_STATE_HOME", orAtHome: ".local/state") else {
      throw Trouble("set HOME or XDG_STATE_HOME: the last state of a publication is noted there")
    }
    return folder
  }

  func verified(_ file: [UInt8], of name: String) throws(Trouble) -> Head {
    guard let (statement, signature) = Signature.split(file) else {
      throw Trouble("\(name): the head is cut off or damaged: it has no signature")
    }
    guard Signature.isValid(signature, of: statement, by: keys) else {
      throw Trouble("\(name): the head is not signed with the key that was given, or was changed")
    }
    guard let head = Head(statement) else {
      throw Trouble("\(name): what was signed is no publication that this program reads")
    }
    if let ageMax {
      guard now - head.published <= ageMax else {
        throw Trouble(
          "\(name) is stale: it was published on \(Self.date(head)), longer ago than --max-age allows")
      }
      guard head.published - now <= Self.leadMax else {
        throw Trouble(
          "\(name) was published on \(Self.date(head)), which is in the future: one of the clocks is wrong")
      }
    }
    if let seen = try seen(name) {
      guard head.sequence >= seen.sequence else {
        throw Trouble(
          "\(name) was rolled back: its number is \(head.sequence), and \(seen.sequence) was seen before (\(path(name)))"
        )
      }
      guard head.sequence > seen.sequence || head.manifest == seen.manifest else {
        throw Trouble(
          "\(name) is not what was seen before under the same number \(head.sequence) (\(path(name)))")
      }
    }
    return head
  }

  /// Seconds by which two clocks may differ.
  package static let leadMax = 3_600

  private static func date(_ head: Head) -> String { WallClock.text(head.published, "%Y-%m-%d %H:%M UTC") }

  // MARK: - What was seen

  /// Each publication, by its keys and where it is, has a file.
  private func path(_ name: String) -> String {
    var digester = Digester()
    let place = keys.reduce(into: Array(name.utf8)) { $0 += $1.bytes }
    return "\(memory ?? "")/seen-\(digester.hexadecimal(place))"
  }

  private func seen(_ name: String) throws(Trouble) -> Head? {
    guard memory != nil else { return nil }
    let path = path(name)
    guard let file = try Descriptor.regular(path, O_RDONLY, "cannot read \(path)") else { return nil }
    let bytes = try Trouble.wrapping(
      "cannot read \(path)", try file.readAll(bytesMax: PublicationLimits.headBytesMax))
    guard let head = Head(bytes) else {
      throw Trouble("\(path) is damaged; remove it to forget what was seen")
    }
    return head
  }

  func remember(_ head: Head, of name: String) throws(Trouble) {
    guard let memory, try seen(name)?.sequence != head.sequence else { return }
    do throws(SystemFailure) {
      try UserFolder.make(memory)
      try Folder<SystemFailure>.replaceFile(path(name), with: head.statement)
    } catch {
      throw Trouble("cannot note what was seen in \(memory)", error)
    }
  }
}
