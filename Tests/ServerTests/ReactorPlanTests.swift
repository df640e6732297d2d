// How many reactors work, and what changes over, decided from windows that are made up.

import Testing

@testable import Server

@Suite("The plan of the reactors")
struct ReactorPlanTests {
  private static let window = ReactorPlan.window

  /// Windows of all reactors, one after the other, each as busy as `ran` and `waited` say.
  private struct Course {
    var plan: ReactorPlan
    var now = 0

    mutating func run(
      windows: Int, asking: Int = 8, waited: Double = 0, _ ran: (Int) -> Double
    ) -> [ReactorPlan.Handover?] {
      var handovers: [ReactorPlan.Handover?] = []
      for _ in 0..<windows {
        now += ReactorPlanTests.window
        for number in 0..<plan.active {
          let window = ReactorPlan.Window(ran: ran(number), waited: waited, end: now)
          handovers.append(plan.look(window, of: number, asking: asking))
        }
      }
      return handovers
    }
  }

  @Test("has one of them work until that one is busy, and then gives half of its clients to another")
  func grows() {
    var course = Course(plan: ReactorPlan(count: 4))
    #expect(course.run(windows: 100) { _ in ReactorPlan.busyShare - 0.01 }.allSatisfy { $0 == nil })
    #expect(course.plan.active == 1)
    #expect(course.run(windows: 1) { _ in ReactorPlan.busyShare } == [ReactorPlan.Handover(to: 1)])
    #expect(course.plan.active == 2)
    _ = course.plan.look(ReactorPlan.Window(ran: 0.6, end: course.now), of: 1, asking: 4)
    // The second has to be busy as well before a third is woken.
    #expect(course.run(windows: 10) { $0 == 0 ? 1 : 0.6 }.allSatisfy { $0 == nil })
    _ = course.run(windows: 10) { _ in 1 }
    #expect(course.plan.active == 4)
    #expect(course.run(windows: 10) { _ in 1 }.allSatisfy { $0 == nil })
  }

  @Test("wakes no other for a single client, who cannot be divided")
  func single() {
    var course = Course(plan: ReactorPlan(count: 2))
    #expect(course.run(windows: 100, asking: 1) { _ in 1 }.allSatisfy { $0 == nil })
    #expect(course.plan.active == 1)
  }

  @Test("gives clients of a busy one to one that has room")
  func evens() {
    var course = Course(plan: ReactorPlan(count: 2))
    _ = course.run(windows: 1) { _ in 1 }
    #expect(course.run(windows: 10) { $0 == 0 ? ReactorPlan.roomShare : 1 }.allSatisfy { $0 == nil })
    let handovers = course.run(windows: 2) { $0 == 0 ? ReactorPlan.roomShare - 0.01 : 1 }
    // Not at once again: what came of it has to be seen first.
    #expect(handovers == [nil, ReactorPlan.Handover(to: 0), nil, nil])
  }

  @Test("takes back one that only makes others wait for a processor, and tries again less and less often")
  func crowded() {
    var course = Course(plan: ReactorPlan(count: 2))
    var growths: [Int] = []
    var crowdedWindows = 0
    var wasActive = 1
    while course.now < 600_000_000_000 {
      let isCrowded = course.plan.active == 2
      if isCrowded, course.now > 60_000_000_000 { crowdedWindows += 1 }
      let waited = isCrowded ? ReactorPlan.crowdedShare + 0.01 : 0
      _ = course.run(windows: 1, waited: waited) { _ in 1 - waited }
      if wasActive == 1, course.plan.active == 2 { growths.append(course.now) }
      wasActive = course.plan.active
    }
    let pauses = zip(growths, growths.dropFirst()).map { $1 - $0 }
    #expect(pauses.first.map { $0 >= ReactorPlan.pauseMin } == true)
    #expect(zip(pauses, pauses.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(pauses.last.map { $0 >= ReactorPlan.pauseMax } == true)
    // From the second minute on it was too many for less than a thousandth of the time.
    #expect(crowdedWindows * Self.window < 540_000_000)
    #expect(growths.count > 4)
  }

  @Test("keeps both where they wait for processors up to the bound")
  func bearable() {
    var course = Course(plan: ReactorPlan(count: 2))
    _ = course.run(windows: 1) { _ in 1 }
    _ = course.run(windows: 1_000, waited: ReactorPlan.crowdedShare) { _ in 1 - ReactorPlan.crowdedShare }
    #expect(course.plan.active == 2)
  }

  @Test(
    "sends one to sleep when the others could do its work for a second, and takes all of its clients back")
  func shrinks() {
    var course = Course(plan: ReactorPlan(count: 2))
    _ = course.run(windows: 1) { _ in 1 }
    let share = (ReactorPlan.idleShare - 0.01) / 2
    let windows = ReactorPlan.idleTime / Self.window
    _ = course.run(windows: windows) { _ in share }
    #expect(course.plan.active == 2)
    _ = course.run(windows: 1) { _ in share }
    #expect(course.plan.active == 1)
    let late = ReactorPlan.Window(ran: 0.1, end: course.now + Self.window)
    #expect(course.plan.look(late, of: 1, asking: 0) == ReactorPlan.Handover(to: 0, half: false))
  }

  @Test("takes one that nothing has woken for idle")
  func asleep() {
    var course = Course(plan: ReactorPlan(count: 2))
    _ = course.run(windows: 1) { _ in 1 }
    _ = course.run(windows: 1) { _ in 1 }
    // From here on only the first is asked.
    var handovers: [ReactorPlan.Handover?] = []
    for _ in 0..<4 {
      course.now += Self.window
      handovers.append(course.plan.look(ReactorPlan.Window(ran: 1, end: course.now), of: 0, asking: 2))
    }
    #expect(handovers.contains(ReactorPlan.Handover(to: 1)))
  }
}
