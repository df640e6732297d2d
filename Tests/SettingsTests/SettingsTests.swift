// Which value a setting has, where it comes from, and what is said of mistakes.

import Foundation
import Testing

@testable import Settings

@Suite("settings")
struct SettingsTests {
  private let folder: String

  init() throws {
    folder = "/tmp/whichset-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
  }

  private func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(filePath: "\(folder)/\(name)"))
    return "\(folder)/\(name)"
  }

  private func read(
    _ file: String? = nil, flags: [Setting: String] = [:], variables: [String: String] = [:],
    standardFile: String = "/nonexistent"
  ) throws(SettingsError) -> Settings {
    try Settings(file: file, flags: flags, environment: { variables[$0] }, standardFile: standardFile)
  }

  private func mistake(_ text: String) throws -> String? {
    let path = try write("wrong.conf", text)
    do throws(SettingsError) {
      _ = try read(path)
      return nil
    } catch {
      #expect(error.description.hasPrefix(path))
      return String(error.description.dropFirst(path.utf8.count + 1))
    }
  }

  @Test("have defaults without a file")
  func defaults() throws {
    let settings = try read()
    #expect(settings == Settings())
    #expect(settings.file == nil)
    #expect(settings.number(.connections) == 4_096)
    #expect(settings.text(.data) == nil)
    #expect(settings[.threads] == Settings.Value(text: "0", origin: .standard))
  }

  @Test("come from flags before the environment, from there before the file, from there before the defaults")
  func precedence() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = try write("a.conf", "connections = 1\nthreads=2\nstop-timeout = 3\n")
    let settings = try read(
      path, flags: [.connections: "11"],
      variables: ["WHICHSETD_CONNECTIONS": "21", "WHICHSETD_THREADS": "22", "WHICHSETD_LOG_LEVEL": ""])
    #expect(settings[.connections] == Settings.Value(text: "11", origin: .flag))
    #expect(settings[.threads] == Settings.Value(text: "22", origin: .variable("WHICHSETD_THREADS")))
    #expect(settings[.stopTimeout] == Settings.Value(text: "3", origin: .file(path: path, line: 3)))
    #expect(settings[.logLevel] == Settings.Value(text: "info", origin: .standard))
  }

  @Test("are read from the file that is named, else from the credential, else from the standard file")
  func files() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let standard = try write("standard", "threads = 1\n")
    #expect(try read(standardFile: standard).number(.threads) == 1)
    _ = try write("whichset.conf", "threads = 2\n")
    let variables = ["CREDENTIALS_DIRECTORY": folder]
    #expect(try read(variables: variables, standardFile: standard).number(.threads) == 2)
    let third = try write("third", "threads = 3\n")
    let all = variables.merging(["WHICHSETD_CONFIG": third]) { $1 }
    #expect(try read(variables: all, standardFile: standard).number(.threads) == 3)
    let fourth = try write("fourth", "threads = 4\n")
    #expect(try read(fourth, variables: all, standardFile: standard).number(.threads) == 4)
    #expect(try read(fourth).file == fourth)
    // A file that is named has to be there.
    #expect(throws: SettingsError.self) { try read("\(folder)/none") }
    #expect(throws: SettingsError.self) { try read(variables: ["WHICHSETD_CONFIG": "\(folder)/none"]) }
    #expect(throws: SettingsError.self) { try read(folder) }
    #expect(try read("/dev/null", variables: all, standardFile: standard).number(.threads) == 0)
  }

  @Test("take the data folder of systemd where nobody names another")
  func stateDirectory() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let variables = ["STATE_DIRECTORY": "/var/lib/whichset"]
    #expect(try read(variables: variables).text(.data) == "/var/lib/whichset")
    #expect(try read(write("a", "data = /srv/x\n"), variables: variables).text(.data) == "/srv/x")
    #expect(try read(variables: ["STATE_DIRECTORY": "/a:/b"]).text(.data) == nil)
  }

  @Test("are written as in other such files")
  func forms() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let text = """
      # a comment
      ; another

        threads   =  3   ; behind a value
      data = /srv/a b;c#d\r
      socket: /run/s
      load-socket =
      log-level = debug
      """
    let settings = try read(write("a", text))
    #expect(settings.number(.threads) == 3)
    #expect(settings.text(.data) == "/srv/a b;c#d")
    #expect(settings.text(.socket) == "/run/s")
    #expect(settings[.loadSocket].origin == .standard)
    #expect(settings[.logLevel].origin == .file(path: "\(folder)/a", line: 8))
  }

  @Test("that are wrong are told with file and line, and what is allowed")
  func mistakes() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let unknown = try mistake("# x\nthreads = 1\nconections = 5\n")
    #expect(unknown?.hasPrefix("3: no setting is named 'conections'; there are data, socket") == true)
    #expect(try mistake("\nthreads = 257\n") == "2: threads: '257' is no number from 0 to 256")
    #expect(try mistake("threads =\n") == "1: threads: '' is no number from 0 to 256")
    #expect(try mistake("threads = +1\n")?.contains("is no number") == true)
    #expect(
      try mistake("log-level = loud\n")
        == "1: log-level: 'loud' is none of debug, info, notice, warning, error")
    #expect(try mistake("threads = 1\nthreads = 1\n") == "2: threads is given in line 1 already")
    #expect(try mistake("[daemon]\nthreads = 1\n") == "2: there are no sections; leave out [daemon]")
    #expect(
      try mistake("threads = 1\nnonsense\n") == "2: a line is name = value, or a comment that starts with #")
    // A line that is indented goes on with the value before it.
    #expect(try mistake("data = /a\n  /b\n") == "2: data is given in line 1 already")
    #expect(try mistake("data = /a\u{0}b\n") == "1: a NUL in the line")
    #expect(try mistake("data = /a\tb\n")?.contains("control character") == true)
    // The first mistake counts.
    #expect(try mistake("a = 1\nb = 2\n")?.hasPrefix("1: ") == true)
  }

  @Test("in lines that are too long are refused, not cut")
  func longLines() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let longest = "data = /" + String(repeating: "a", count: 190)
    #expect(longest.utf8.count == 198)
    #expect(try read(write("a", longest + "\n")).text(.data)?.utf8.count == 191)
    #expect(try mistake(longest + "b\n") == "1: a line has at most 198 bytes")
    #expect(try mistake(String(repeating: "#\n", count: 40_000))?.contains("longer than 65536 bytes") == true)
  }

  @Test("in what is no regular file are refused, not waited for")
  func fifo() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    #expect(unsafe mkfifo("\(folder)/fifo", 0o600) == 0)
    for path in ["\(folder)/fifo", folder] {
      let error = #expect(throws: SettingsError.self) { _ = try read(path) }
      #expect(error?.description.hasPrefix(path) == true)
    }
  }

  @Test("in the environment and in flags are checked too")
  func otherOrigins() {
    #expect(
      throws: SettingsError("WHICHSETD_THREADS in the environment: threads: 'x' is no number from 0 to 256")
    ) {
      try read(variables: ["WHICHSETD_THREADS": "x"])
    }
    #expect(throws: SettingsError("--threads: 'x' is no number from 0 to 256")) {
      try read(flags: [.threads: "x"])
    }
  }

  @Test("can be listed, and the list be read as a file")
  func listing() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = try write("a", "data = /srv/x\n")
    let settings = try read(path, flags: [.threads: "3"], variables: ["WHICHSETD_CONNECTIONS": "7"])
    #expect(settings.listing.contains("; \(path):1\n"))
    let again = try read(write("b", settings.listing))
    for setting in Setting.all { #expect(again[setting].text == settings[setting].text, "\(setting.name)") }
  }

  @Test("that change tell which of them a running daemon takes over")
  func changes() throws {
    let before = try read(flags: [.threads: "1", .connections: "10"])
    let after = try read(flags: [.threads: "2", .connections: "20", .logLevel: "debug"])
    #expect(before.changes(to: after).map(\.setting) == [.threads, .connections, .logLevel])
    let adopted = before.adopting(after)
    #expect(adopted.number(.threads) == 1)
    #expect(adopted.number(.connections) == 20)
    // What could not be taken over is reported each time.
    #expect(adopted.changes(to: after).map(\.setting) == [.threads])
  }

  @Test("have bounds", arguments: Setting.all)
  func bounds(_ setting: Setting) {
    #expect(setting.standard.isEmpty || setting.objection(to: setting.standard) == nil)
    #expect(setting.help.hasSuffix("."))
    if case .number(let range) = setting.kind {
      #expect(
        setting.objection(to: "\(range.lowerBound)") == nil
          && setting.objection(to: "\(range.upperBound)") == nil)
      #expect(setting.objection(to: "\(range.lowerBound - 1)") != nil)
      #expect(setting.objection(to: "\(range.upperBound + 1)") != nil)
    }
    #expect(Setting.all.count { $0.name == setting.name } == 1)
    #expect(setting.variable.hasPrefix("WHICHSETD_"))
  }

  @Test("have an example that says the defaults, all of them, and which can be reloaded")
  func example() throws {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let text = try String(contentsOf: package.appending(path: "systemd/whichsetd.conf"), encoding: .utf8)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    // As it is shipped it says nothing.
    #expect(try read(write("shipped", text)) == read(write("shipped", "")))
    // A setting is a comment without a space behind its sign.
    let uncommented = lines.filter { $0.hasPrefix("#") && !$0.hasPrefix("# ") }.map { $0.dropFirst() }
    let settings = try read(write("whole", uncommented.joined(separator: "\n")))
    for setting in Setting.all {
      #expect(settings[setting].text == setting.standard, "\(setting.name)")
      let count = uncommented.count {
        $0.split(separator: "=")[0].trimmingCharacters(in: .whitespaces) == setting.name
      }
      #expect(count == 1, "\(setting.name)")
    }
    for block in text.split(separator: "\n\n").dropFirst() {
      for setting in Setting.all where block.contains("\n#\(setting.name) =") {
        #expect(block.contains("(reload") == setting.isLive, "\(setting.name)")
      }
    }
  }
}
