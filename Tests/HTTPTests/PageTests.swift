// The page for people.

import Testing

@testable import HTTPService

extension HTTPTests {
  @Suite("the page for people")
  struct PageTests {
    private let daemon: TestDaemon
    private let server: TestServer

    init() async throws {
      daemon = try await TestDaemon()
      server = try await TestServer(daemon.socket)
    }

    private func submit(_ fields: String, on server: TestServer? = nil) async throws -> Answer {
      try await (server ?? self.server).ask(
        "POST", "/", ["Content-Type: application/x-www-form-urlencoded", "Accept: text/html,*/*;q=0.8"],
        body: fields)
    }

    @Test("answers a form without script, and says what a miss covers and what was not searched")
    func form() async throws {
      let page = try await submit(
        "id=flickr%3A99100000001%0D%0A%0D%0A+flickr%3A99100000009+%0D%0Ansid:12345678%40N00")
      #expect(page.status == 200 && page.headers["cache-control"] == "no-store")
      #expect(page.text.contains("1 found, 1 not found and 1 could not be searched."))
      #expect(page.text.contains("href=\"#dataset-alpha\"") && page.text.contains("id=\"dataset-alpha\""))
      #expect(page.text.contains("It covers only the lists of this index: 2 datasets"))
      #expect(page.text.contains("neither found nor not found"))
    }

    @Test("escapes whatever is asked, and whatever the index says")
    func escapes() async throws {
      try await daemon.run([
        "dataset", "set", "alpha", "title=<b>&\"'</b>", "contact=<script>alert(1)</script>",
      ])
      let page = try await submit(
        "id=%3Cscript%3Ealert(1)%3C%2Fscript%3E%0Aflickr%3A99100000001%0A%3C%2Ftextarea%3E%3Cb%3E")
      #expect(!page.text.contains("<script>") && !page.text.contains("<b>"))
      #expect(page.text.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
      #expect(page.text.contains("&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;"))
      #expect(page.text.contains("&lt;/textarea&gt;"))
    }

    @Test("has what was entered about a dataset since the last answer")
    func fresh() async throws {
      for address in ["first@example.org", "second@example.org"] {
        try await daemon.run(["dataset", "set", "alpha", "contact=\(address)"])
        #expect(try await submit("id=flickr%3A99100000001").text.contains(address))
      }
    }

    @Test("takes as many lines as its bound says, keeps them where there are more, and says so")
    func bound() async throws {
      let server = try await TestServer(daemon.socket) { $0.formIDsMax = 3 }
      #expect(try await submit("id=a%0Ab%0Ac", on: server).status == 200)
      let refused = try await submit("id=a%0Ab%0Ac%0Ad", on: server)
      #expect(refused.status == 413 && refused.text.contains("at most 3 lines"))
      #expect(refused.text.contains("a\nb\nc\nd</textarea>"))
      #expect(try await submit("id=%zz").status == 400)
      #expect(try await server.ask("POST", "/", body: "id=a").status == 415)
    }

    @Test("says that no answer can be given while the daemon is away")
    func away() async throws {
      try await daemon.stop()
      let page = try await submit("id=flickr%3A99100000001")
      #expect(page.status == 503 && page.headers["retry-after"] != nil)
      #expect(
        page.text.contains("No answer can be given now")
          && page.text.contains("flickr:99100000001</textarea>"))
    }

    @Test("takes its style and script from this service, and nothing from elsewhere")
    func parts() async throws {
      let page = try await server.get("/", ["Accept: text/html"])
      #expect(page.status == 200)
      #expect(!page.text.contains("http-equiv") && !page.text.contains("src=\"http"))
      #expect(!page.text.contains("<style") && !page.text.contains(" style="))
      #expect(try await server.get("/style.css").headers["content-type"] == "text/css; charset=utf-8")
      #expect(try await server.get("/page.js").headers["content-type"] == "text/javascript; charset=utf-8")
    }

    @Test("leads to the report, which is a page of its own")
    func report() async throws {
      let report = try await server.get("/report")
      #expect(report.status == 200 && report.text.contains("alpha"))
      #expect(report.headers["content-security-policy"]?.contains("'unsafe-inline'") == true)
      try await daemon.stop()
      #expect(try await server.get("/report").status == 503)
    }
  }
}
