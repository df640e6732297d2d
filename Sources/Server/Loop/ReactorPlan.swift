// How many reactors work, and which connections change over. A further reactor helps only where the machine has a
// processor for it: where clients need them all, two half-busy reactors wake each other's processors for little, and
// answer less than one. Whether there is one cannot be seen beforehand, so it is tried.

/// What is decided about reactors from how busy they were. Pure: times are given, in nanoseconds of `MonotonicClock`.
struct ReactorPlan: ReactorPlanning {
  /// How busy a reactor was from one look to the next.
  struct Window {
    /// The part of the time that it ran, without its waiting for requests.
    var ran = 0.0
    /// The part of the time in which it could have run and had no processor.
    var waited = 0.0
    var end = 0

    var wanted: Double { ran + waited }
  }

  /// Connections of the reactor that was looked at are to change over.
  struct Handover: Equatable {
    /// The number of the reactor that is to have them.
    let to: Int
    /// Half of those that ask, rather than all.
    var half = true
  }

  /// Reactors that have connections: the first of all. The others sleep.
  private(set) var active = 1

  private var windows: [Window]
  /// Since when those that work have waited for processors, or have had little to do.
  private var crowdedSince: Int?
  private var idleSince: Int?
  /// When connections last changed over from one that is busy: what comes of it is seen some windows later.
  private var handedOver = -settling
  private var growth = 0
  private var nextGrowth = 0
  private var pause = Self.pauseMin

  /// How long a reactor that works is watched for a look: some steps of the system's scheduler.
  static let window = 10_000_000
  var window: Int { Self.window }
  /// A reactor that runs for this part of the time cannot take much more.
  static let busyShare = 0.85
  /// One that would not run for longer than this has room for others' work.
  static let roomShare = 0.5
  static let settling = 3 * window
  /// Reactors that wait for a processor for more of the time than this are too many.
  static let crowdedShare = 0.2
  /// For how long they do: two windows, so that one that something else disturbed decides nothing.
  static let crowdedTime = 2 * window
  /// All but one of them could do the work if they were busy for this part of the time,
  static let idleShare = 0.7
  /// and for so long.
  static let idleTime = 1_000_000_000
  /// From a growth that was one too many to the next try; twice as long each time, so that they take less than a
  /// thousandth of the time in the end.
  static let pauseMin = 5_000_000_000
  static let pauseMax = 120_000_000_000

  init(count: Int) { windows = [Window](repeating: Window(), count: count) }

  /// Takes the latest window of a reactor.
  ///
  /// - Parameters:
  ///   - asking: how many of its connections asked something in it and could change over.
  /// - Returns: which of its connections are to change over.
  mutating func look(_ window: Window, of number: Int, asking: Int) -> Handover? {
    let now = window.end
    windows[number] = window
    shrink(now)
    guard number < active else { return Handover(to: leastBusy(at: now), half: false) }
    guard window.ran >= Self.busyShare, asking > 1, now - handedOver >= Self.settling else { return nil }
    let other = leastBusy(at: now)
    if other != number, wanted(other, at: now) < Self.roomShare {
      handedOver = now
      return Handover(to: other)
    }
    guard active < windows.count, now >= nextGrowth,
      (0..<active).allSatisfy({ wanted($0, at: now) >= Self.busyShare })
    else { return nil }
    active += 1
    (growth, handedOver) = (now, now)
    crowdedSince = nil
    idleSince = nil
    return Handover(to: active - 1)
  }

  /// Sends the last reactor to sleep where there is too little for it to do, or no processor.
  private mutating func shrink(_ now: Int) {
    guard active > 1 else { return }
    let waited = (0..<active).reduce(0) { $0 + (isFresh($1, at: now) ? windows[$1].waited : 0) }
    let wanted = (0..<active).reduce(0) { $0 + self.wanted($1, at: now) }
    crowdedSince = waited > Self.crowdedShare * Double(active) ? crowdedSince ?? now : nil
    idleSince = wanted < Self.idleShare * Double(active - 1) ? idleSince ?? now : nil
    if let since = crowdedSince, now - since >= Self.crowdedTime {
      // The last one was of use for a while.
      if now - growth > Self.pauseMin { pause = Self.pauseMin }
      nextGrowth = now + pause
      pause = min(2 * pause, Self.pauseMax)
    } else {
      guard let since = idleSince, now - since >= Self.idleTime else { return }
    }
    active -= 1
    crowdedSince = nil
    idleSince = nil
  }

  /// A reactor that nothing has woken for two windows was idle.
  private func isFresh(_ number: Int, at now: Int) -> Bool { now - windows[number].end <= 2 * Self.window }

  private func wanted(_ number: Int, at now: Int) -> Double {
    isFresh(number, at: now) ? windows[number].wanted : 0
  }

  private func leastBusy(at now: Int) -> Int {
    (0..<active).min { wanted($0, at: now) < wanted($1, at: now) } ?? 0
  }
}
