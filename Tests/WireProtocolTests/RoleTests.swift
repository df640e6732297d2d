// Which role each verb needs: written down here once more, so that none gets another one by oversight.

import Testing
import WireProtocol

@Suite("a role")
struct RoleTests {
  private static let expected: [Role: Set<String>] = [
    .read: [
      "HELLO", "PING", "CHECK", "MCHECK", "GET", "IDENTIFY", "DATASETS", "DATASET", "STATS", "OVERLAP",
      "LIST",
      "ACCOUNT", "XREF", "ITEMS", "TALLY", "EXPORT", "DIGEST", "LOADS", "METRICS", "HEALTH", "HELP",
      "QUIT",
    ],
    .load: ["DESCRIBE", "INGEST", "ROWS", "COMMIT", "ABORT"],
    .admin: ["REMOVE", "REINDEX", "RELOAD", "BACKUP", "VERIFY", "COMPACT", "RESTORE"],
  ]

  @Test("is needed for a verb as the document says", arguments: Role.allCases)
  func verbs(_ role: Role) {
    #expect(Set(Verb.allCases.filter { $0.role == role }.map(\.rawValue)) == Self.expected[role])
  }

  @Test("may do what those before it may, and no more")
  func order() {
    #expect(Role.allCases == Role.allCases.sorted())
    for verb in Verb.allCases {
      for role in Role.allCases {
        #expect((verb.refusal(for: role) == nil) == (role >= verb.role), "\(verb) \(role)")
        #expect(verb.refusal(for: role).map { $0.code == .forbidden } ?? true)
      }
    }
  }

  @Test("is no hindrance to the quickest verb, which is answered without a look at it")
  func check() { #expect(Verb.check.role == Role.allCases.min()) }
}
