// Which node has which slot, and which slot a key is in.

import ByteText

/// The slot of a key: CRC-16/XMODEM of what stands in its first braces, or of all of it (Redis Cluster specification).
package struct Slot {
  private var crc: UInt16 = 0

  package static func of(_ key: String) -> Int {
    let bytes = Array(key.utf8)
    var slot = Slot()
    slot.append(tag(bytes))
    return slot.number
  }

  private static func tag(_ key: [UInt8]) -> ArraySlice<UInt8> {
    guard let open = key.firstIndex(of: UInt8(ascii: "{")),
      let close = key[(open + 1)...].firstIndex(of: UInt8(ascii: "}")), close > open + 1
    else { return key[...] }
    return key[(open + 1)..<close]
  }

  /// Adds the next bytes of a key without braces.
  mutating func append(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { crc = crc << 8 ^ Self.table[Int(UInt8(truncatingIfNeeded: crc >> 8) ^ byte)] }
  }

  var number: Int { Int(crc) % ClusterLimits.slotCount }

  private static let table: [UInt16] = (0..<256).map { byte in
    var crc = UInt16(byte) << 8
    for _ in 0..<8 { crc = crc & 0x8000 == 0 ? crc << 1 : crc << 1 ^ 0x1021 }
    return crc
  }
}

/// A master and some of its slots.
struct SlotRange: Equatable {
  let slots: ClosedRange<Int>
  let master: NodeAddress

  /// Reads the reply to `CLUSTER SLOTS`; nil for anything else.
  ///
  /// - Parameter node: which has said it; a node that does not know its own name says none.
  static func list(_ reply: Reply, from node: NodeAddress) -> [SlotRange]? {
    guard let elements = reply.elements else { return nil }
    var ranges: [SlotRange] = []
    for element in elements {
      guard let parts = element.elements, parts.count >= 3, let first = parts[0].number,
        let last = parts[1].number, 0 <= first, first <= last, last < ClusterLimits.slotCount,
        let master = parts[2].elements, master.count >= 2, let port = master[1].number,
        (1...65_535).contains(port)
      else { return nil }
      let host = master[0].text ?? ""
      ranges.append(
        SlotRange(
          slots: first...last,
          master: NodeAddress(host: host.isEmpty || host == "?" ? node.host : host, port: port)))
    }
    return ranges
  }
}
