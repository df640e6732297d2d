// docs/http.md quotes the bounds and the addresses of the service.

import Foundation
import NIOHTTP1
import Testing

@testable import HTTPService

extension HTTPTests {
  @Suite("the document of the interface")
  struct DocumentTests {
    private let text: String

    init() throws {
      let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
      text = try String(contentsOf: package.appendingPathComponent("docs/http.md"), encoding: .utf8)
    }

    @Test("quotes each bound")
    func bounds() {
      func grouped(_ number: Int) -> String {
        var digits = String(number)
        for place in stride(from: digits.count - 3, to: 0, by: -3) {
          digits.insert(",", at: digits.index(digits.startIndex, offsetBy: place))
        }
        return digits
      }
      func seconds(_ time: Duration) -> String { "\(grouped(Int(time.components.seconds))) seconds" }
      let limits = HTTPLimits()
      for row in [
        "target of a request | \(grouped(limits.targetBytesMax)) bytes",
        "header fields of a request | \(limits.headerFieldsMax), with names and values of \(grouped(limits.headerBytesMax)) bytes",
        "identifiers of a GET | \(limits.idsMax)",
        "identifier | \(grouped(HTTPLimits.identifierBytesMax)) bytes",
        "body of a form or a bulk lookup | \(grouped(limits.wholeBodyBytesMax)) bytes",
        "lines of a form | \(grouped(limits.formIDsMax))",
        "hashes of a bulk lookup | \(grouped(limits.bulkHashesMax))",
        "answers to a body that are held back | \(grouped(limits.heldBytesMax)) bytes",
        "connections | \(limits.connectionsMax)",
        "connection without a request | \(seconds(limits.idleTime))",
        "head of a request, from its first byte | \(seconds(limits.headTime))",
        "request in which nothing moves | \(seconds(limits.stalledTime))",
        "request as a whole | \(seconds(limits.requestTime))",
        "reply of the daemon | \(seconds(limits.daemonTime))",
      ] {
        #expect(text.contains("| \(row)"), "\(row)")
      }
      #expect(text.contains("\(grouped(HTTPLimits.outputPendingBytesMax)) bytes of answers"))
    }

    @Test("has each address with its methods")
    func addresses() throws {
      for line in text.split(separator: "\n") where line.hasPrefix("| `/") {
        let columns = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        for address in columns[0].split(separator: ", ") {
          let target = try #require(RequestTarget(address.filter { $0 != "`" }), "\(address)")
          let route = try #require(Route(target.path), "\(address)")
          for method in columns[1].split(separator: ", ") {
            #expect(route.methods.contains { $0.rawValue == method }, "\(method) \(address)")
          }
        }
      }
    }
  }
}

extension HTTPTests {
  @Suite("the wire of the service")
  struct WireTests {
    @Test("takes a target apart, decoded, and none with a wrong escape")
    func targets() {
      #expect(RequestTarget("/")?.path == [])
      #expect(RequestTarget("/a%2Fb/c?id=x+y&id=%26&z")?.path == ["a/b", "c"])
      #expect(
        RequestTarget("/c?id=x+y&id=%26&z")?.query == [
          FormField(name: "id", value: Array("x y".utf8)), FormField(name: "id", value: Array("&".utf8)),
          FormField(name: "z", value: []),
        ])
      for target in ["", "x", "*", "http://a/", "/%", "/%4", "/%zz", "/%ff", "/?a=%g0", "/?%4=b"] {
        #expect(RequestTarget(target) == nil, "\(target)")
      }
    }

    @Test("gives the type that is liked best, and the first of those that are liked as well")
    func types() {
      let offers: [MediaType] = [.json, .tabSeparated, .html]
      for (accept, expected) in [
        ("", MediaType.json), ("*/*", .json), ("text/*", .tabSeparated), ("text/html", .html),
        ("text/html;q=0.2, */*;q=0.1", .html), ("application/json;q=0, */*", .tabSeparated),
        ("TEXT/HTML ; q=0.9 , text/*;q=0.8", .html), ("text/html;level=1", .html),
      ] {
        #expect(MediaType.preferred(accept.isEmpty ? [] : [accept], among: offers) == expected, "\(accept)")
      }
      for accept in ["image/png", "application/json;q=0", "*/*;q=0"] {
        #expect(MediaType.preferred([accept], among: offers) == nil, "\(accept)")
      }
    }
  }
}
