// Roles, from the least to the most. Which one each verb needs is compared with PROTOCOL.md in DocumentTests.

import Testing
import WireProtocol

@Suite("a role")
struct RoleTests {
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
