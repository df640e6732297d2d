// When the supervisor hears that all is well: only while every thread gets on.

import Glibc
import Index
import Platform
import Synchronization
import Testing

@testable import Server

/// A thread that has nothing at hand.
private final class Idler: WorkThread {
  static let duty = "idling"
  let log = KeptLog().log

  static func step(_ body: @escaping @Sendable (Idler) -> Outcome?) -> Work.Step {
    .queries { _ in .nothing }
  }
}

@Suite("supervision")
struct SupervisionTests {
  private static let second = 1_000_000_000

  @Test("takes a thread without work for one that gets on, and one whose step does not end for stuck")
  func steps() throws {
    let (idle, busy) = (WorkMark(), WorkMark())
    let liveness = Liveness([
      Liveness.Member(name: "idle", mark: idle), Liveness.Member(name: "busy", mark: busy),
    ])
    busy.begin()
    let start = MonotonicClock.nanoseconds
    #expect(liveness.stuck(forSeconds: 60, now: start + 59 * Self.second).isEmpty)
    let stuck = liveness.stuck(forSeconds: 60, now: start + 62 * Self.second)
    #expect(stuck.map(\.thread) == ["busy"])
    #expect(stuck.first.map { (61...62).contains($0.seconds) } == true)
    busy.end()
    #expect(liveness.stuck(forSeconds: 60, now: start + 62 * Self.second).isEmpty)
  }

  @Test("takes a long job whose steps go on for one that gets on")
  func longJob() throws {
    let queue = try WorkQueue<Idler>()
    let lasted = Mutex<[Int]>([])
    let thread = try NamedThread("worker") { queue.run(Idler()) }
    queue.submit { _ in
      // Steps of 20 ms, in work of 100 ms.
      for _ in 0..<5 {
        usleep(20_000)
        lasted.withLock { $0.append(queue.mark.stepNanoseconds() ?? -1) }
        WorkMark.step()
      }
      return .nothing
    }
    queue.stop()
    thread.join()
    let steps = lasted.withLock { $0 }
    #expect(steps.count == 5)
    // No step is taken for the sum of those before it.
    #expect(steps.allSatisfy { $0 >= 19_000_000 })
    #expect(steps.min()! < 95_000_000)
    #expect(queue.mark.stepNanoseconds() == nil)
  }

  @Test("sees that a job is stuck while it is, and no longer")
  func stuckJob() throws {
    let queue = try WorkQueue<Idler>()
    let (hasBegun, mayEnd) = (try EventCounter(), try EventCounter())
    let liveness = Liveness([Liveness.Member(name: "worker", mark: queue.mark)])
    #expect(liveness.stuck(forSeconds: 0).isEmpty)
    let thread = try NamedThread("worker") { queue.run(Idler()) }
    queue.submit { _ in
      hasBegun.add()
      while mayEnd.wait(milliseconds: 1_000) == 0 {}
      return .nothing
    }
    while hasBegun.wait(milliseconds: 1_000) == 0 {}
    #expect(
      liveness.stuck(forSeconds: 5, now: MonotonicClock.nanoseconds + 6 * Self.second).map(\.thread) == [
        "worker"
      ])
    mayEnd.add()
    queue.stop()
    thread.join()
    #expect(liveness.stuck(forSeconds: 5, now: MonotonicClock.nanoseconds + 6 * Self.second).isEmpty)
  }

  @Test("asks a reactor once, and takes one that does not answer for stuck")
  func reactors() throws {
    let mailbox = try ReactorMailbox()
    let liveness = Liveness([Liveness.Member(name: "reactor-0", mark: WorkMark()) { mailbox.post(.tick($0)) }]
    )
    #expect(liveness.stuck(forSeconds: 0).isEmpty)
    liveness.ask()
    liveness.ask()
    #expect(
      liveness.stuck(forSeconds: 5, now: MonotonicClock.nanoseconds + 6 * Self.second).map(\.thread) == [
        "reactor-0"
      ])
    let messages = mailbox.take()
    #expect(messages.count == 1)
    for case .tick(let mark) in messages { mark.end() }
    #expect(liveness.stuck(forSeconds: 5, now: MonotonicClock.nanoseconds + 6 * Self.second).isEmpty)
    liveness.ask()
    #expect(mailbox.take().count == 1)
  }

  @Test("tells that all is well only while it is, and what changes once")
  func looks() {
    var supervision = Supervision(watchdogMicroseconds: 8_000_000)
    #expect(supervision.patienceSeconds == 8)
    #expect(supervision.intervalMilliseconds == 2_000)
    var look = supervision.look(stuck: [], status: "a")
    #expect(look == Supervision.Look(isAlive: true, status: "a"))
    #expect(supervision.look(stuck: [], status: "a") == Supervision.Look(isAlive: true))
    supervision.statusWasLost()
    #expect(supervision.look(stuck: [], status: "a").status == "a")
    let stuck = Liveness.Stuck(thread: "writer", seconds: 9)
    look = supervision.look(stuck: [stuck], status: "b")
    #expect(look == Supervision.Look(isAlive: false, status: "b", newlyStuck: [stuck]))
    #expect(supervision.look(stuck: [stuck], status: "b") == Supervision.Look())
    look = supervision.look(stuck: [], status: "b")
    #expect(look == Supervision.Look(isAlive: true, recovered: ["writer"]))
  }

  @Test("without a watchdog tells no supervisor that all is well")
  func noWatchdog() {
    var supervision = Supervision(watchdogMicroseconds: nil)
    #expect(!supervision.look(stuck: [], status: "").isAlive)
    #expect(supervision.patienceSeconds == Liveness.patienceSeconds)
    #expect(supervision.intervalMilliseconds == 5_000)
    #expect(Supervision(watchdogMicroseconds: 1).intervalMilliseconds == 1)
  }

  @Test(
    "counts in few signs",
    arguments: [
      (0, "0"), (999, "999"), (1_000, "1.0k"), (1_234, "1.2k"), (99_960, "100k"), (123_456, "123k"),
      (999_499, "999k"), (999_500, "1.0M"), (24_300_000, "24.3M"), (240_000_000, "240M"),
      (2_400_000_000, "2.4G"),
    ])
  func counts(_ count: Int, _ text: String) { #expect(StatusLine.short(count) == text) }

  @Test("tells queries a second from one look to the next")
  func rate() {
    var supervision = Supervision(watchdogMicroseconds: nil)
    let rates = [
      supervision.rate(queries: 100, now: 1_000_000_000),
      supervision.rate(queries: 1_100, now: 3_000_000_000),
      supervision.rate(queries: 1_100, now: 4_000_000_000),
    ]
    #expect(rates == [nil, 500, 0])
  }

  @Test("describes the index in a line")
  func line() {
    #expect(
      StatusLine.text(images: 24_312_000, datasets: 30, mapShare: 0.405, queriesPerSecond: 210_300)
        == "24.3M images, 30 datasets, map 41 %, 210k queries/s")
    #expect(
      StatusLine.text(
        images: 1, datasets: 1, mapShare: nil, stuck: [Liveness.Stuck(thread: "writer", seconds: 61)])
        == "1 images, 1 datasets, writer is stuck")
  }
}
