// Which socket a command uses, and what is said to somebody who may not use it.

import Foundation
import Testing
import WireProtocol

@testable import DaemonClient

@Suite("The daemon's socket")
struct SocketPathTests {
  private func resolve(
    _ role: Role, option: String? = nil, variables: [String: String] = [:], canEnter: Set<String> = []
  ) -> String {
    SocketPath.resolve(
      option: option, role: role, environment: { variables[$0] }, canEnter: { canEnter.contains($0) })
  }

  @Test("is what the user says before all else")
  func order() {
    let variables = ["WHICHSET_SOCKET": "/w", "XDG_RUNTIME_DIR": "/run/user/1"]
    let all: Set = ["/run/user/1/whichset.sock", "/run/whichset/read.sock"]
    #expect(resolve(.read, option: "/o", variables: variables, canEnter: all) == "/o")
    #expect(resolve(.read, variables: variables, canEnter: all) == "/w")
    #expect(
      resolve(.read, variables: ["XDG_RUNTIME_DIR": "/run/user/1"], canEnter: all)
        == "/run/user/1/whichset.sock")
    #expect(resolve(.read, variables: ["XDG_RUNTIME_DIR": "/x"], canEnter: all) == "/run/whichset/read.sock")
    #expect(resolve(.read, variables: ["WHICHSET_SOCKET": ""], canEnter: all) == "/run/whichset/read.sock")
  }

  @Test("is of the system's the one that gives least of what is needed, and that can be entered")
  func roles() {
    let (read, load, admin) = (
      SocketPath.system(.read), SocketPath.system(.load), SocketPath.system(.admin)
    )
    #expect(resolve(.read, canEnter: [read, load, admin]) == read)
    #expect(resolve(.load, canEnter: [read, load, admin]) == load)
    #expect(resolve(.admin, canEnter: [read, load, admin]) == admin)
    #expect(resolve(.read, canEnter: [load]) == load)
    #expect(resolve(.load, canEnter: [read]) == load)
    #expect(resolve(.admin, canEnter: []) == admin)
  }

  @Test("tells somebody who may not enter it who may")
  func advice() throws {
    #expect(SocketRights(owner: "root", group: "whichset-load").advice.contains("usermod -aG whichset-load"))
    #expect(SocketRights(owner: "root", group: nil).advice.contains("sudo"))
    #expect(SocketRights(owner: "ada", group: nil).advice.contains("run this as ada"))
    let path = "/tmp/whichset-\(UUID().uuidString.prefix(8))"
    try Data().write(to: URL(filePath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    #expect(SocketRights(path).group == nil && SocketRights(path).owner != nil)
    try FileManager.default.setAttributes([.posixPermissions: 0o660], ofItemAtPath: path)
    #expect(SocketRights(path).group != nil)
  }

  @Test("is named to somebody whose role is too small")
  func forbidden() {
    let text = ReplyText.refusal(
      code: .forbidden, fault: .client, text: "REMOVE needs the role admin, and this socket gives read")
    #expect(text.contains("REMOVE needs the role admin"))
    #expect(text.contains("/run/whichset/admin.sock for root"))
  }
}
