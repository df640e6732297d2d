// Health is judged at its bounds and one past them.

import Index
import Testing

@testable import Server
@testable import WireProtocol

@Suite("health")
struct HealthTests {
  private func line(_ name: String, _ change: (inout MetricReading) -> Void) -> HealthRequest.Subject? {
    var facts = MetricReading()
    change(&facts)
    return Health.judge(facts).first { $0.name == name }
  }

  @Test("is degraded where the disk nears its reserve, and says when writes are refused")
  func disk() {
    let reserve = 1 << 30
    func disk(_ free: Int) -> HealthRequest.Subject? {
      line("disk") {
        $0.diskReserveBytes = reserve
        $0.measures.diskFreeBytes = free
      }
    }
    #expect(disk(2 * reserve)?.isDegraded == false)
    #expect(disk(2 * reserve - 1)?.isDegraded == true)
    #expect(disk(reserve)?.text.contains("soon") == true)
    #expect(disk(reserve - 1)?.text.contains("are refused") == true)
    // What the system does not tell is not judged.
    #expect(Health.judge(MetricReading()).allSatisfy { $0.name != "disk" && $0.name != "map" })
  }

  @Test(
    "is degraded where the map is nearly used up",
    arguments: [(89, false), (90, true), (97, true), (98, true)])
  func map(percent: Int, isDegraded: Bool) {
    let map = line("map") {
      $0.measures.map = (1 << 40, 1 << 40, (1 << 40) / 100 * percent)
    }
    #expect(map?.isDegraded == isDegraded)
    #expect(map?.text.hasPrefix("critical") == (percent >= 98))
  }

  @Test(
    "is degraded by a snapshot that is held for too long, a write that failed, loads that fill all places")
  func others() {
    #expect(line("snapshots") { $0.oldestSnapshotSeconds = 600 }?.isDegraded == false)
    #expect(line("snapshots") { $0.oldestSnapshotSeconds = 601 }?.isDegraded == true)
    for (seconds, isDegraded) in [(5, false), (6, true)] {
      let queries = line("queries") { $0.backlog = Backlog(count: 3, nanoseconds: seconds * 1_000_000_000) }
      #expect(queries?.isDegraded == isDegraded)
      #expect(queries?.text == "3 wait, the first of them for \(seconds) s")
    }
    #expect(line("queries") { $0.backlog = Backlog() }?.text == "none waits")
    #expect(line("writer") { _ in }?.isDegraded == false)
    #expect(line("writer") { $0.work.writeFailure = .disk }?.isDegraded == true)
    #expect(line("loads") { $0.openLoads = ProtocolLimits.openLoadsMax - 1 }?.isDegraded == false)
    #expect(line("loads") { $0.openLoads = ProtocolLimits.openLoadsMax }?.isDegraded == true)
    #expect(line("threads") { _ in } == nil)
    #expect(line("threads") { $0.stuckThreads = [] }?.isDegraded == false)
    #expect(line("threads") { $0.stuckThreads = ["reactor-1"] }?.text.contains("reactor-1") == true)
  }

  @Test("counts a snapshot as old from when a newer one came, not from when it was taken")
  func oldSnapshot() throws {
    let daemon = try BareDaemon()
    var old = Optional(daemon.index.snapshot)
    #expect(daemon.index.oldestSnapshotAge == .zero)
    _ = daemon.connect().ask("DESCRIBE park title=x\n")
    #expect(daemon.index.snapshotsAlive == 2)
    #expect(daemon.index.oldestSnapshotAge > .zero)
    #expect(old != nil)
    old = nil
    #expect(daemon.index.snapshotsAlive == 1)
    #expect(daemon.index.oldestSnapshotAge == .zero)
  }
}
