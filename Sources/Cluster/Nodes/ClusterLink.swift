// Commands to a cluster: each goes to the node that has its slot, all of a node's as one pipeline, and is sent again while
// nodes fail or slots move, for a bounded time. Reads go to masters only. What a command means is not known here; it may
// be sent twice.

package import Console
import Platform

package final class ClusterLink {
  private let seeds: [NodeAddress]
  private let credentials: ClusterCredentials?
  private let patience: Duration
  private var nodes: [Node] = []
  private var numbers: [NodeAddress: Int] = [:]
  /// The number of the node that has a slot; -1 where none is known.
  private var owners = [Int](repeating: -1, count: ClusterLimits.slotCount)
  /// Why something has failed last.
  private var lastFailure = "no node was reached"

  private struct Node {
    let address: NodeAddress
    var replicas = 0
    /// Whether it failed when it was last asked.
    var hasFailed = false
    var connection: NodeConnection?
    var commands: [UInt8] = []
    /// What was sent, in order; nil for what only goes before another command.
    var sent: [Int?] = []
  }

  /// - Parameter patience: how long commands are tried again.
  package init(
    _ seeds: [NodeAddress], credentials: ClusterCredentials?, patience: Duration = ClusterLimits.patience
  ) throws(Trouble) {
    self.seeds = seeds
    self.credentials = credentials
    self.patience = patience
    let deadline = ContinuousClock.now + patience
    var pause = Pause()
    while try !refresh(until: deadline) {
      guard .now < deadline else { throw trouble }
      pause.wait()
    }
  }

  /// For messages.
  package var name: String { seeds.map(\.description).joined(separator: ",") }

  private var trouble: Trouble {
    Trouble(
      "the cluster has not answered within \(Int(patience / .seconds(1))) seconds (\(lastFailure)); try again"
    )
  }

  // MARK: - Commands

  /// Sends `count` commands, in any order, and hands over the reply of each once.
  ///
  /// - Parameters:
  ///   - slot: that of a command's key.
  ///   - append: appends a command.
  ///   - take: takes its reply, which is no redirection.
  package func run(
    _ count: Int, slot: (Int) -> Int, append: (Int, inout [UInt8]) -> Void,
    take: (Int, Reply) throws(Trouble) -> Void
  ) throws(Trouble) {
    do throws(Trouble) {
      try send(count, slot: slot, append: append, take: take)
    } catch {
      // Replies that nobody has read would be taken for those of the next commands.
      for number in nodes.indices {
        nodes[number].connection = nil
        nodes[number].sent = []
        nodes[number].commands = []
      }
      throw error
    }
  }

  private func send(
    _ count: Int, slot: (Int) -> Int, append: (Int, inout [UInt8]) -> Void,
    take: (Int, Reply) throws(Trouble) -> Void
  ) throws(Trouble) {
    var waiting = Array((0..<count).reversed())
    /// Where a command is sent once, whatever the slots say.
    var asked: [Int: Int] = [:]
    var pause = Pause()
    var deadline = ContinuousClock.now + patience
    while !waiting.isEmpty {
      var later: [Int] = []
      var (commands, bytes) = (0, 0)
      while commands < ClusterLimits.commandsAtOnce, bytes < ClusterLimits.bytesAtOnce,
        let index = waiting.popLast()
      {
        let exception = asked.isEmpty ? nil : asked.removeValue(forKey: index)
        let owner = exception ?? owners[slot(index)]
        guard owner >= 0 else {
          lastFailure = "no node has slot \(slot(index))"
          later.append(index)
          continue
        }
        let before = nodes[owner].commands.count
        if exception != nil {
          nodes[owner].commands += Self.asking
          nodes[owner].sent.append(nil)
        }
        append(index, &nodes[owner].commands)
        nodes[owner].sent.append(index)
        commands += 1
        bytes += nodes[owner].commands.count - before
      }
      var hasProgress = false
      var isStale = !later.isEmpty
      for number in nodes.indices where !nodes[number].sent.isEmpty { try send(number) }
      for number in nodes.indices where !nodes[number].sent.isEmpty {
        let address = nodes[number].address
        let sent = nodes[number].sent
        nodes[number].sent.removeAll(keepingCapacity: true)
        nodes[number].commands.removeAll(keepingCapacity: true)
        for (place, index) in sent.enumerated() {
          let reply: Reply
          do throws(NodeFailure) {
            guard let connection = nodes[number].connection else { throw NodeFailure(text: lastFailure) }
            // All nodes work at the same time, so that several silent ones take no longer than one.
            let wait = min(ClusterLimits.nodePatience, deadline - .now)
            guard place > 0 || connection.isReady(within: wait) else {
              throw NodeFailure(text: "\(address): it does not answer")
            }
            reply = try connection.reply(from: address)
          } catch {
            lose(number, error)
            later += sent[place...].compactMap { $0 }
            isStale = true
            break
          }
          guard let index else { continue }
          guard case .error(let text) = reply else {
            try take(index, reply)
            nodes[number].hasFailed = false
            hasProgress = true
            continue
          }
          switch Redirection(text, from: address) {
          case .moved(let slot, let other):
            owners[slot] = try self.number(of: other)
            isStale = true
          case .ask(let other): asked[index] = try self.number(of: other)
          case .later:
            lastFailure = "\(address): \(text)"
            isStale = true
          case .refused: throw refusal(address, text)
          }
          later.append(index)
        }
      }
      waiting += later.reversed()
      if hasProgress {
        deadline = .now + patience
        pause = Pause()
      } else {
        guard .now < deadline else { throw trouble }
        pause.wait()
      }
      if isStale { _ = try refresh(until: deadline) }
    }
  }

  private static let asking = Command.bytes(["ASKING"])

  /// Sends one command about a key.
  package func ask(_ key: String, _ words: [String]) throws(Trouble) -> Reply {
    var result = Reply.none
    let (slot, command) = (Slot.of(key), Command.bytes(words))
    try run(
      1, slot: { _ in slot }, append: { $1 += command },
      take: { (_, reply) throws(Trouble) in result = reply })
    return result
  }

  private func refusal(_ address: NodeAddress, _ text: String) -> Trouble {
    let advice = Self.isDenied(text) ? "; give a user who may do it with --cluster-auth" : ""
    return Trouble("the node \(address) refuses: \(text)\(advice)")
  }

  /// Whether a node does not let this user do it.
  private static func isDenied(_ text: String) -> Bool {
    ["NOAUTH", "NOPERM", "WRONGPASS"].contains { text.hasPrefix($0) }
  }

  private func send(_ number: Int) throws(Trouble) {
    do throws(NodeFailure) {
      try connect(number).send(nodes[number].commands, to: nodes[number].address)
    } catch {
      lose(number, error)
    }
  }

  private func lose(_ number: Int, _ failure: NodeFailure) {
    lastFailure = failure.text
    nodes[number].connection = nil
    nodes[number].hasFailed = true
  }

  // MARK: - Nodes

  private func number(of address: NodeAddress) throws(Trouble) -> Int {
    if let number = numbers[address] { return number }
    guard nodes.count < ClusterLimits.nodesMax else {
      throw Trouble("the cluster has named more than \(ClusterLimits.nodesMax) nodes")
    }
    numbers[address] = nodes.count
    nodes.append(Node(address: address))
    return nodes.count - 1
  }

  /// Connects, and signs in, unless that was done.
  private func connect(_ number: Int) throws(NodeFailure) -> NodeConnection {
    if let connection = nodes[number].connection { return connection }
    let address = nodes[number].address
    let connection = try NodeConnection(address)
    if let credentials {
      try connection.send(credentials.command, to: address)
      let reply = try connection.reply(from: address)
      if case .error(let text) = reply { throw NodeFailure(text: text) }
    }
    nodes[number].connection = connection
    return connection
  }

  /// Asks a node which one has which slots; after `deadline` no further one. Returns false where none answers.
  private func refresh(until deadline: ContinuousClock.Instant) throws(Trouble) -> Bool {
    var isFirst = true
    var candidates: [Int] = Set(owners.filter { $0 >= 0 }).sorted()
    for seed in seeds {
      let number = try number(of: seed)
      if !candidates.contains(number) { candidates.append(number) }
    }
    // Any node of the last state knows the next one.
    candidates += nodes.indices.filter { !candidates.contains($0) }
    // One that is silent would be waited for.
    for number in candidates.filter({ !nodes[$0].hasFailed }) + candidates.filter({ nodes[$0].hasFailed }) {
      guard isFirst || .now < deadline else { return false }
      isFirst = false
      let address = nodes[number].address
      let ranges: [SlotRange]
      do throws(NodeFailure) {
        let connection = try connect(number)
        try connection.send(Self.slots, to: address)
        let reply = try connection.reply(from: address)
        nodes[number].hasFailed = false
        if case .error(let text) = reply {
          if Self.isNoCluster(text) {
            owners = [Int](repeating: number, count: ClusterLimits.slotCount)
            return true
          }
          guard Redirection(text, from: address) == .later else { throw NodeFailure(text: text) }
          lastFailure = "\(address): \(text)"
          continue
        }
        guard let list = SlotRange.list(reply, from: address) else {
          lastFailure = "\(address): the reply to CLUSTER SLOTS is not understood"
          continue
        }
        ranges = list
      } catch {
        if Self.isDenied(error.text) { throw refusal(address, error.text) }
        lose(number, error)
        continue
      }
      // A node that is cut off from the others, or was just started, may know of none.
      guard !ranges.isEmpty else { continue }
      try take(ranges)
      return true
    }
    return false
  }

  private func take(_ ranges: [SlotRange]) throws(Trouble) {
    var owners = [Int](repeating: -1, count: ClusterLimits.slotCount)
    for range in ranges {
      let number = try number(of: range.master)
      for slot in range.slots { owners[slot] = number }
    }
    self.owners = owners
  }

  // MARK: - Masters

  /// Masters, and how many of them had no replica when something was last confirmed.
  package var masters: (count: Int, withoutReplica: Int) {
    let numbers = Set(owners.filter { $0 >= 0 })
    return (numbers.count, numbers.count { nodes[$0].replicas == 0 })
  }

  /// All masters, in no order, and why one of them does not answer.
  package func states() throws(Trouble) -> [(node: NodeAddress, failure: String?)] {
    let deadline = ContinuousClock.now + patience
    guard try refresh(until: deadline) else { throw trouble }
    return Set(owners.filter { $0 >= 0 }).map { number in
      let address = nodes[number].address
      // Of many that are silent not all are waited for.
      guard !nodes[number].hasFailed || .now < deadline else {
        return (address, "\(address): not asked again")
      }
      do throws(NodeFailure) {
        let connection = try connect(number)
        try connection.send(Self.slots, to: address)
        let reply = try connection.reply(from: address)
        nodes[number].hasFailed = false
        guard case .error(let text) = reply, !Self.isNoCluster(text) else { return (address, nil) }
        return (address, "\(address): \(text)")
      } catch {
        lose(number, error)
        return (address, error.text)
      }
    }
  }

  private static let slots = Command.bytes(["CLUSTER", "SLOTS"])

  /// Whether a server says that it is in no cluster: it has everything then.
  private static func isNoCluster(_ text: String) -> Bool {
    text.contains("cluster support disabled") || text.contains("Cluster mode is not enabled")
  }

  /// Waits until a replica of each master that has one has taken all that was written before: a replica takes writes in
  /// their order, so it is enough that it has a last one.
  ///
  /// - Parameter key: a key for that by a number; any number may be tried.
  package func confirm(key: (Int) -> String) throws(Trouble) {
    for attempt in 1... {
      _ = try refresh(until: .now + patience)
      do throws(NodeFailure) {
        var left: Set<Int> = []
        for owner in Set(owners.filter({ $0 >= 0 })) {
          nodes[owner].replicas = try replicas(owner)
          if nodes[owner].replicas > 0 { left.insert(owner) }
        }
        var seal = 0
        while !left.isEmpty, seal < ClusterLimits.slotCount {
          let key = key(seal)
          seal += 1
          let owner = owners[Slot.of(key)]
          guard left.remove(owner) != nil else { continue }
          let connection = try connect(owner)
          let address = nodes[owner].address
          try connection.send(Command.bytes(["SET", key, ""]), to: address)
          try Self.require(.status("OK"), try connection.reply(from: address), address)
          // In short turns, since no node may be silent for as long as all of it takes.
          var confirmed = 0
          let deadline = ContinuousClock.now + ClusterLimits.replicaPatience
          while confirmed < 1, .now < deadline {
            try connection.send(Command.bytes(["WAIT", "1", "500"]), to: address)
            let reply = try connection.reply(from: address)
            guard let number = reply.number else {
              throw NodeFailure(text: "\(address): \(reply.text ?? "WAIT is not understood")")
            }
            confirmed = number
          }
          guard confirmed >= 1 else {
            throw NodeFailure(text: "\(address): no replica has confirmed what was written")
          }
        }
        return
      } catch {
        lastFailure = error.text
        for number in nodes.indices { nodes[number].connection = nil }
        guard attempt < 3 else { throw Trouble("\(error.text); see to the cluster, and publish again") }
        MonotonicClock.sleep(.seconds(1))
      }
    }
  }

  /// Replicas that are connected to a master. `CLUSTER SLOTS` leaves out those that have just joined.
  private func replicas(_ number: Int) throws(NodeFailure) -> Int {
    let address = nodes[number].address
    let connection = try connect(number)
    try connection.send(Command.bytes(["ROLE"]), to: address)
    let reply = try connection.reply(from: address)
    guard let parts = reply.elements, parts.count >= 3, let replicas = parts[2].elements else {
      throw NodeFailure(text: "\(address): \(reply.text ?? "it is no master any more")")
    }
    return replicas.count
  }

  private static func require(_ wanted: Reply, _ reply: Reply, _ address: NodeAddress) throws(NodeFailure) {
    guard reply == wanted else { throw NodeFailure(text: "\(address): \(reply.text ?? "not understood")") }
  }

  /// Lists all keys of all masters that match a pattern; those whose slots move meanwhile may be missing.
  package func scan(_ pattern: String, _ body: ([String]) throws(Trouble) -> Void) throws(Trouble) {
    _ = try refresh(until: .now + patience)
    for number in Set(owners.filter({ $0 >= 0 })).sorted() {
      let address = nodes[number].address
      var cursor = "0"
      repeat {
        let reply: Reply
        do throws(NodeFailure) {
          let connection = try connect(number)
          try connection.send(
            Command.bytes(["SCAN", cursor, "MATCH", pattern, "COUNT", "\(ClusterLimits.scanCount)"]),
            to: address)
          reply = try connection.reply(from: address)
        } catch {
          lose(number, error)
          throw Trouble(error.text)
        }
        if case .error(let text) = reply { throw refusal(address, text) }
        guard let parts = reply.elements, parts.count == 2, let next = parts[0].text,
          let keys = parts[1].elements
        else { throw Trouble("\(address): the reply to SCAN is not understood") }
        try body(keys.compactMap(\.text))
        cursor = next
      } while cursor != "0"
    }
  }
}

/// Waits longer each time.
private struct Pause {
  private var milliseconds = 10

  mutating func wait() {
    MonotonicClock.sleep(.milliseconds(milliseconds))
    milliseconds = min(2 * milliseconds, 320)
  }
}
