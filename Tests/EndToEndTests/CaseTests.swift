// Lists that people really have, where their folder is at hand: each case's commands, and what must come out.

import Foundation
import Testing

@Suite(
  "The cases of real lists", .fewAtOnce,
  .enabled(if: Lists.cases != nil, "no cases here; WHICHSET_CASES names their folder"))
struct CaseTests {
  @Test("give what is expected of them")
  func all() async throws {
    let workspace = try Workspace()
    let programs = URL(filePath: Programs.client).deletingLastPathComponent().path
    let result = try await TestedProgram(
      Lists.repository + "/scripts/try-cases", [programs, try #require(Lists.cases)], folder: workspace
    ).result()
    #expect(result.end == .exited(0), "\(result.output)")
  }
}

extension Lists {
  fileprivate static let repository = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()
    .deletingLastPathComponent().path

  fileprivate static let cases: String? = {
    let path = ProcessInfo.processInfo.environment["WHICHSET_CASES"] ?? repository + "/../shared/cases"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }()
}
