// What check, get and identify make of input lines and replies, without any descriptor.

import Client
import Console
import DaemonClient
import Testing
import WireProtocol

@Suite struct LineExchangeTests {
  /// Gives lines and replies to an exchange; returns what it sends and what it prints.
  private func play<Exchange: LineExchange & ~Copyable>(
    _ exchange: inout Exchange, inputs: [String], replies: [String]
  ) throws -> (sent: String, printed: String) {
    var (requests, output): ([UInt8], [UInt8]) = ([], [])
    exchange.begin(requests: &requests, output: &output)
    for input in inputs { exchange.accept(input.utf8.span, requests: &requests, output: &output) }
    exchange.pause(requests: &requests)
    for reply in replies { try exchange.receive(reply.utf8.span, output: &output) }
    exchange.end(output: &output)
    return (String(decoding: requests, as: UTF8.self), String(decoding: output, as: UTF8.self))
  }

  private let inputs = ["flickr:7", "https://flickr.com/photos/x/8", "nonsense", "https://flic.kr/s/abc"]
  private let answers = [
    "OK 4", "HIT a,b", "MISS", "ERR IDENTIFIER CLIENT no", "ERR UNRESOLVABLE CLIENT only the network",
  ]

  @Test("check answers in TSV: input, key or mark, datasets or a dash")
  func checkRecords() throws {
    var exchange = CheckExchange(Presentation(.tsv))
    let (sent, printed) = try play(&exchange, inputs: inputs, replies: answers)
    #expect(sent == "MCHECK 4\n" + inputs.joined(separator: "\n") + "\n")
    #expect(
      printed == """
        flickr:7\tflickr:7\ta,b
        https://flickr.com/photos/x/8\tflickr:8\t-
        nonsense\t!invalid\t-
        https://flic.kr/s/abc\t!unresolvable\t-

        """)
    let (awaitsReplies, tally) = (exchange.awaitsReplies, exchange.tally)
    #expect(!awaitsReplies)
    #expect((tally.found, tally.missed, tally.refused) == (1, 1, 2))
    #expect(tally.exitStatus == ExitStatus.trouble)
  }

  @Test("check tells people what a no covers")
  func checkSentences() throws {
    var exchange = CheckExchange(Presentation(.text))
    let (sent, printed) = try play(
      &exchange, inputs: Array(inputs.prefix(2)),
      replies: ["OK 2", "images\t24000000", "datasets\t37", "OK 2", "HIT a,b", "MISS"])
    #expect(sent.hasPrefix("STATS\nMCHECK 2\n"))
    #expect(
      printed == """
        flickr:7: in 2 datasets: a, b
        https://flickr.com/photos/x/8: not found in any of the 37 datasets of this index (24,000,000 images)

        """)
  }

  @Test("check writes an object a line in JSON")
  func checkObjects() throws {
    var exchange = CheckExchange(Presentation(.json))
    let (_, printed) = try play(&exchange, inputs: inputs, replies: answers)
    let lines = printed.split(separator: "\n")
    #expect(lines.count == 4)
    #expect(lines[0] == #"{"input":"flickr:7","key":"flickr:7","found":true,"datasets":["a","b"]}"#)
    #expect(lines[1].hasSuffix(#""found":false,"datasets":[]}"#))
    #expect(lines[2].hasPrefix(#"{"input":"nonsense","key":null,"error":"invalid","message":"#))
    #expect(lines[3].contains(#""error":"unresolvable""#))
  }

  @Test("check says where nothing can be found, and why, and does not call it a no")
  func unsearchable() throws {
    let key = "md5:0123456789abcdef0123456789abcdef"
    let replies = ["OK 2", "ERR UNSEARCHABLE CLIENT no list has MD5 hashes", "MISS"]
    func play(_ format: OutputFormat, _ before: [String] = []) throws -> (printed: String, exit: Int32) {
      var exchange = CheckExchange(Presentation(format))
      let printed = try self.play(&exchange, inputs: [key, "flickr:8"], replies: before + replies).1
      return (printed, exchange.tally.exitStatus)
    }
    let tsv = try play(.tsv)
    #expect(tsv.printed == "\(key)\t!unsearchable\t-\nflickr:8\tflickr:8\t-\n")
    #expect(tsv.exit == ExitStatus.trouble)
    #expect(
      try play(.json).printed.hasPrefix(
        #"{"input":"\#(key)","key":"\#(key)","found":null,"datasets":null,"error":"unsearchable","message":"no list"#
      ))
    #expect(
      try play(.text, ["OK 1", "datasets\t1"]).printed.hasPrefix(
        "\(key): neither found nor not found: no list has MD5 hashes\n"))
  }

  @Test("many inputs go out in batches, and no more are wanted while too many wait")
  func batches() throws {
    var exchange = CheckExchange(Presentation(.tsv))
    var (requests, output): ([UInt8], [UInt8]) = ([], [])
    var given = 0
    while exchange.wantsInput {
      exchange.accept("flickr:\(given + 1)".utf8.span, requests: &requests, output: &output)
      given += 1
    }
    #expect(given == CheckExchange.Limits.linesUnderWayMax)
    let heads = String(decoding: requests, as: UTF8.self).split(separator: "\n").filter {
      $0.hasPrefix("MCHECK")
    }
    #expect(heads == ["MCHECK 4096", "MCHECK 4096", "MCHECK 4096", "MCHECK 4096"])
    try exchange.receive("OK 4096".utf8.span, output: &output)
    try exchange.receive("MISS".utf8.span, output: &output)
    let wantsInput = exchange.wantsInput
    #expect(wantsInput)
  }

  @Test("an input that cannot travel in a line goes out as an empty one, and its answer still names it")
  func untransportable() throws {
    var exchange = CheckExchange(Presentation(.tsv))
    let long = String(repeating: "x", count: ProtocolLimits.lineBytesMax + 1)
    let refusal = "ERR IDENTIFIER CLIENT empty"
    let (sent, printed) = try play(
      &exchange, inputs: ["a\nb", long, "flickr:1"], replies: ["OK 3", refusal, refusal, "MISS"])
    #expect(sent == "MCHECK 3\n\n\nflickr:1\n")
    #expect(printed == "a\\nb\t!invalid\t-\n\(long)\t!invalid\t-\nflickr:1\tflickr:1\t-\n")
  }

  @Test("a refused batch ends the check with the daemon's words; so does a count that was not asked for")
  func refusedBatch() throws {
    var refused = CheckExchange(Presentation(.tsv))
    #expect(throws: Trouble("the daemon cannot do it now: it is stopping. Try again later")) {
      _ = try play(&refused, inputs: ["flickr:1"], replies: ["ERR STOPPING RETRY it is stopping"])
    }
    var miscounted = CheckExchange(Presentation(.tsv))
    #expect(throws: Trouble.self) { _ = try play(&miscounted, inputs: ["flickr:1"], replies: ["OK 2"]) }
    var nonsense = CheckExchange(Presentation(.tsv))
    #expect(throws: Trouble.self) {
      _ = try play(&nonsense, inputs: ["flickr:1"], replies: ["OK 1", "PERHAPS"])
    }
  }

  @Test("an input that the daemon failed to look up is no miss")
  func failedLookup() throws {
    var exchange = CheckExchange(Presentation(.tsv))
    let (_, printed) = try play(
      &exchange, inputs: ["flickr:1"], replies: ["OK 1", "ERR CORRUPT SERVER a block fails its check"])
    #expect(printed == "flickr:1\t!failed\t-\n")
    let tally = exchange.tally
    #expect(tally.exitStatus == ExitStatus.trouble)
  }

  @Test("get lists rows, misses and refusals under one header")
  func getRecords() throws {
    var exchange = GetExchange(Presentation(.tsv))
    let (sent, printed) = try play(
      &exchange, inputs: ["flickr:7", "flickr:8", "nonsense"],
      replies: [
        "OK 2", "a\tflickr:7\thttps://x/a b\tnsid=1@N00\tfile=a/b c", "b\tflickr:7\t7", "MISS",
        "ERR IDENTIFIER CLIENT no",
      ])
    #expect(sent == "GET flickr:7\nGET flickr:8\nGET nonsense\n")
    #expect(
      printed == """
        input\tdataset\tkey\tlisted\tfields
        flickr:7\ta\tflickr:7\thttps://x/a b\tnsid=1@N00 file=a/b\\sc
        flickr:7\tb\tflickr:7\t7\t-
        flickr:8\t-\t-\t-\t-
        nonsense\t-\t!invalid\t-\t-

        """)
  }

  @Test("get says in JSON where more rows are than came")
  func getTruncated() throws {
    var exchange = GetExchange(Presentation(.json))
    let (_, printed) = try play(
      &exchange, inputs: ["flickr:7"], replies: ["OK 1 truncated=1", "a\tflickr:7\t7\tmd5=ab"])
    let expected =
      #"{"input":"flickr:7","key":"flickr:7","found":true,"truncated":true,"listings":"#
      + #"[{"dataset":"a","key":"flickr:7","listed":"7","keys":["md5:ab"]}]}"# + "\n"
    #expect(printed == expected)
  }

  @Test("identify needs no daemon")
  func identify() throws {
    var exchange = IdentifyExchange(Presentation(.tsv))
    let (sent, printed) = try play(&exchange, inputs: inputs, replies: [])
    #expect(sent.isEmpty)
    #expect(
      printed == """
        flickr:7\tflickr:7
        https://flickr.com/photos/x/8\tflickr:8
        nonsense\t!invalid
        https://flic.kr/s/abc\t!unresolvable

        """)
    let tally = exchange.tally
    #expect(tally.exitStatus == ExitStatus.trouble)
  }

  @Test("the exit status is grep's")
  func exitStatus() {
    var tally = Tally()
    #expect(tally.exitStatus == ExitStatus.nothingFound)
    tally.missed = 1
    #expect(tally.exitStatus == ExitStatus.nothingFound)
    tally.found = 1
    #expect(tally.exitStatus == ExitStatus.found)
    tally.refused = 1
    #expect(tally.exitStatus == ExitStatus.trouble)
  }
}
