// Keeps every connection busy from one thread: on each, a batch is sent whole, its replies are awaited and
// compared, then the next batch goes out. The server is never short of work as long as one connection
// has a batch under way, and a batch's latency is what a pipelining client would see.
//
// With a rate, batches are due at even distances instead, and take the next connection that is free; a batch's latency
// counts from when it was due, so that a server that stands still for a while is charged for all that waited.
//
// Level-triggered epoll and short reads make it one read and one write a batch where a batch fits the
// socket's buffers, so that at a depth of 1 the generator costs no more than any client must.

internal import Platform

/// One run: connections, the pool that they draw from, and what was counted.
package struct LoadGenerator: ~Copyable {
  /// A server that stays silent for longer is taken for dead.
  private static let silenceNanosecondsMax: UInt64 = 20_000_000_000

  private let options: LoadPlan
  private let pool: RequestPool
  private var poller: Poller
  private var connections: [LoadConnection] = []
  private var buffer = [UInt8](repeating: 0, count: 1 << 18)
  private var nextBatch = 0
  private var stage = Stage.warmingUp
  private var busyConnections = 0
  /// With a rate: connections that wait for a batch, and when the next batch is due.
  private var free: [Int] = []
  private var due: UInt64 = 0

  // What was counted since the warm-up ended.
  private var latency = LatencyHistogram()
  private var requests = 0
  private var start: UInt64
  private var serverStart = 0.0
  private var generatorStart = 0.0

  private enum Stage { case warmingUp, measuring, draining }

  /// Asked between batches: the run ends when it says so, and what was measured until then counts.
  private let isEnough: () -> Bool

  /// Connects.
  package init(
    _ options: LoadPlan, pool: RequestPool, isEnough: @escaping () -> Bool = { false }
  ) throws(LoadTrouble) {
    self.options = options
    self.pool = pool
    self.isEnough = isEnough
    start = UInt64(MonotonicClock.nanoseconds)
    let poller = try Poller()
    for index in 0..<options.connectionCount {
      let connection = try LoadConnection(path: options.socketPath)
      try poller.add(connection.descriptor, connection: index)
      connections.append(connection)
    }
    self.poller = poller
  }

  /// Sends, checks and counts until the time or the requests are used up and the last reply has come.
  package mutating func run() throws(LoadTrouble) -> Measurement {
    start = UInt64(MonotonicClock.nanoseconds)
    due = start
    if options.rate == nil {
      for index in connections.indices { try startBatch(on: index, now: start) }
    } else {
      free = Array(connections.indices)
    }
    while busyConnections > 0 || (options.rate != nil && stage != .draining) {
      let patience = try startDueBatches()
      let readyCount = try poller.wait(nanosecondsMax: patience)
      if isEnough(), stage != .draining { stage = .draining }
      // A signal ends the wait as well.
      guard readyCount > 0 || patience < Self.silenceNanosecondsMax || stage == .draining else {
        throw .silence(seconds: Int(Self.silenceNanosecondsMax / 1_000_000_000))
      }
      for position in 0..<readyCount {
        let ready = poller[position]
        if ready.canWrite { try send(on: ready.connection) }
        if ready.canRead { try receive(on: ready.connection) }
      }
    }
    return try measurement()
  }

  /// With a rate, starts what is due while connections are free; returns how long to wait for replies at most.
  private mutating func startDueBatches() throws(LoadTrouble) -> UInt64 {
    guard let rate = options.rate, stage != .draining else { return Self.silenceNanosecondsMax }
    let now = UInt64(MonotonicClock.nanoseconds)
    while due <= now, let index = free.popLast() {
      try startBatch(on: index, now: due)
      due += UInt64(1e9 / rate)
    }
    return free.isEmpty ? Self.silenceNanosecondsMax : max(due, now) - now
  }

  /// Takes the next batch of the pool and sends what the socket takes.
  private mutating func startBatch(on index: Int, now: UInt64) throws(LoadTrouble) {
    connections[index].start(batch: nextBatch, pool: pool, now: now)
    nextBatch = nextBatch + 1 == pool.batchCount ? 0 : nextBatch + 1
    busyConnections += 1
    try send(on: index)
  }

  private mutating func send(on index: Int) throws(LoadTrouble) {
    let connection = connections[index]
    try connection.send(from: pool.requests)
    guard connection.isBlocked != connection.isWatchedForRoom else { return }
    connection.isWatchedForRoom = connection.isBlocked
    try poller.watch(connection.descriptor, connection: index, alsoWriting: connection.isBlocked)
  }

  /// Reads once, compares, and goes on to the next batch if this one is answered.
  private mutating func receive(on index: Int) throws(LoadTrouble) {
    guard try connections[index].receive(into: &buffer, pool: pool) else { return }
    let now = UInt64(MonotonicClock.nanoseconds)
    busyConnections -= 1
    if stage != .warmingUp {
      latency.add(nanoseconds: now - connections[index].batchStart)
      requests += pool.depth
    }
    try advance(now: now)
    if options.rate != nil {
      free.append(index)
    } else if stage != .draining {
      try startBatch(on: index, now: now)
    }
  }

  /// Ends the warm-up, and then the run, when it is time.
  private mutating func advance(now: UInt64) throws(LoadTrouble) {
    let elapsed = Double(now - start) / 1e9
    switch stage {
    case .warmingUp where elapsed >= options.warmUpSeconds:
      stage = .measuring
      serverStart = try serverSeconds() ?? 0
      generatorStart = ProcessTime.ofGenerator()
      start = UInt64(MonotonicClock.nanoseconds)
      // What the warm-up is behind with is not made up for in what is measured.
      due = max(due, start)
    case .measuring where elapsed >= options.secondsMax || requests >= options.requestsMax:
      stage = .draining
    default: break
    }
  }

  private func serverSeconds() throws(LoadTrouble) -> Double? {
    guard let process = options.serverProcess else { return nil }
    return try ProcessTime.seconds(ofProcess: process)
  }

  private func measurement() throws(LoadTrouble) -> Measurement {
    let seconds = Double(UInt64(MonotonicClock.nanoseconds) - start) / 1e9
    let server = try serverSeconds().map { $0 - serverStart }
    return Measurement(
      requests: requests, seconds: seconds, latency: latency, serverSeconds: server,
      generatorSeconds: ProcessTime.ofGenerator() - generatorStart)
  }
}
