// What must not be kept: names, ages and genders of the people in the lists, and who asked for what.

import Foundation
import TestSupport
import Testing

@Suite("Privacy", .fewAtOnce)
struct PrivacyTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  /// Words that stand in the lists below for a person and what is said of them, and occur nowhere else.
  private static let personal = [
    "Zyxwina", "Quorlbach", "zyxwina", "Zyxwina_Quorlbach", "Zyxwina+Quorlbach", "(48, 53)", "female-zq",
    "1931-07-19", "Holiday+with+Zyxwina", "640,481,77,78",
  ]

  /// Lists in the formats that say who is to be seen. Each has rows enough for its format to be recognised.
  private static var lists: [(dataset: String, text: String)] {
    let rows = 0..<40
    let sha = String(repeating: "0a", count: 32)
    let md5 = String(repeating: "0b", count: 16)
    return [
      (
        "facescrub",
        "name\timage_id\tface_id\turl\tbbox\tsha256\n"
          + rows.map {
            "Zyxwina Quorlbach\t\($0)\t\($0)\thttp://www.example.org/f/\($0).jpg\t640,481,77,78\t\(sha)\n"
          }.joined()
      ),
      (
        "pubfig",
        "# PubFig Dataset v1.2 - invented\n#\tperson\timagenum\turl\trect\tmd5sum\n"
          + rows.map {
            "Zyxwina Quorlbach\t\($0)\thttp://www.example.org/p/\($0).jpg\t640,481,77,78\t\(md5)\n"
          }.joined()
      ),
      (
        "adience",
        "user_id\toriginal_image\tface_id\tage\tgender\tx\ty\tdx\tdy\ttilt_ang\tfiducial_yaw_angle\tfiducial_score\n"
          + rows.map {
            "9900000000@N00\t\(Photos.number($0))_4880e09ca5_o.jpg\t1\t(48, 53)\tfemale-zq\t1\t2\t3\t4\t-5\t0\t7\n"
          }.joined()
      ),
      (
        "imdb_face",
        "name,index,image,rect,height width,url\n"
          + rows.map {
            "Zyxwina_Quorlbach,nm9\($0 + 100_000),\($0)_0.jpg,10 20 30 40,500 400,"
              + "https://images-na.ssl-images-amazon.com/images/M/MV5BINVENTED\($0)@._V1_SY1000_.jpg\n"
          }.joined()
      ),
      (
        "yfcc100m",
        rows.map {
          let photo = Photos.number($0 + 100)
          return "\(photo)\t9900000000@N00\tZyxwina+Quorlbach\t2013-06-17 13:29:21.0\t1372169037\tCamera\t"
            + "Holiday+with+Zyxwina\tSome+text\tzyxwina,b\t\t\t\t\t"
            + "http://www.flickr.com/photos/9900000000@N00/\(photo)/\t"
            + "http://farm9.staticflickr.com/8301/\(photo)_5f498d02ae.jpg\tAttribution License\t"
            + "http://creativecommons.org/licenses/by/2.0/\t8301\t9\t5f498d02ae\t0123456789\tjpg\t0\n"
        }.joined()
      ),
    ]
  }

  @Test("no name, age, gender or face box of a list is in what is stored, listed or logged")
  func personalData() async throws {
    let options = ["--log-level", "debug"]
    let daemon = try await RunningDaemon.start(in: workspace, options: options)
    for (dataset, text) in Self.lists {
      let list = try workspace.write(dataset, text)
      let result = try await workspace.client("ingest", "--dataset", dataset, list)
      #expect(result.end == .exited(0), "\(dataset): \(result.errors)")
      #expect(result.errors.contains("format"), "\(result.errors)")
    }
    #expect(try await daemon.ask("DATASETS").allSatisfy { Int($0[3]) == 40 })
    // Stored forms are compressed, so they are asked for as well.
    let questions =
      (0..<40).flatMap { number in
        [
          "http://www.example.org/f/\(number).jpg", "http://www.example.org/p/\(number).jpg",
          "flickr:\(Photos.number(number))", "flickr:\(Photos.number(number + 100))",
          "https://images-na.ssl-images-amazon.com/images/M/MV5BINVENTED\(number)@._V1_SY1000_.jpg",
        ]
      } + ["nsid:9900000000@N00"]
    let listings = try await workspace.client(
      ["get", "--format", "tsv", "-"], input: questions.joined(separator: "\n"))
    #expect(listings.end == .exited(0))
    #expect(listings.records.count > 200)
    expectNothingPersonal(listings.output, "listings")
    for dataset in Self.lists {
      expectNothingPersonal("\(try await daemon.ask("DATASET \(dataset.dataset)"))", "DATASET")
    }
    expectNothingPersonal(daemon.log, "log")
    try await daemon.stop()
    try expectNothingPersonal(in: "data")
  }

  @Test("no name or face box is in what is staged, which is not compressed")
  func stagedRows() async throws {
    // So many that the load is still under way when its first run is seen, as far as that can be foreseen.
    let rows = (0..<300_000).map {
      "Zyxwina Quorlbach\t\($0)\t\($0)\thttp://www.example.org/f/\($0).jpg\t640,481,77,78\t\n"
    }
    let list = try workspace.write(
      "facescrub", "name\timage_id\tface_id\turl\tbbox\tsha256\n" + rows.joined())
    let daemon = try await RunningDaemon.start(in: workspace, options: ["--load-memory", "1"])
    let staging = workspace.file("data/staging")
    func hasRun() -> Bool {
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: staging)) ?? []
      return names.contains { $0.hasSuffix(".run") }
    }
    var client = try workspace.startClient(["ingest", "--dataset", "facescrub", list])
    for number in 1...9 {
      let load = client
      #expect(await holds { hasRun() || load.end != nil })
      if hasRun() { break }
      #expect(client.end == .exited(0), "\(client.errors)")
      client = try workspace.startClient(["ingest", "--dataset", "facescrub-\(number)", list])
    }
    #expect(hasRun())
    daemon.crash()
    client.kill()
    try expectNothingPersonal(in: "data/staging")
  }

  private func expectNothingPersonal(_ text: String, _ place: String) {
    for word in Self.personal { #expect(!text.contains(word), "\(word) in \(place)") }
  }

  private func expectNothingPersonal(in folder: String) throws {
    for name in try FileManager.default.subpathsOfDirectory(atPath: workspace.file(folder)) {
      guard let bytes = FileManager.default.contents(atPath: workspace.file(folder + "/" + name)) else {
        continue
      }
      for word in Self.personal { #expect(bytes.range(of: Data(word.utf8)) == nil, "\(word) in \(name)") }
    }
  }

  @Test("no identifier that was asked about is logged, whatever came of the question")
  func questions() async throws {
    let list = try workspace.write("list", Photos.list(1...100))
    let daemon = try await RunningDaemon.start(in: workspace, options: ["--log-level", "debug"])
    #expect(try await workspace.client("ingest", "--dataset", "park", list).end == .exited(0))
    let asked = [
      "flickr:\(Photos.number(1))", "https://www.flickr.com/photos/zyxwina/\(Photos.number(2))/",
      "https://quorlbach.example/zyxwina.jpg", "zyxwina is no identifier", "https://flic.kr/s/aHsjZyxwina",
      "nsid:12345678@N00", "md5:0123456789abcdef0123456789abcdef",
    ]
    for command in ["check", "get", "identify"] {
      _ = try await workspace.client([command, "-"], input: asked.joined(separator: "\n"))
    }
    let connection = try daemon.connect()
    for question in asked {
      for verb in ["CHECK", "GET", "IDENTIFY", "MCHECK 1\n", "NONSENSE", "DATASET", "ABORT"] {
        try await connection.send("\(verb) \(question)\n")
      }
    }
    try await connection.send("PING\n")
    while try await connection.line() != "PONG" {}
    try await daemon.stop()
    #expect(daemon.log.contains("stopped"))
    for word in [
      String(Photos.number(1)), String(Photos.number(2)), "yxwina", "quorlbach", "12345678@N00",
      "0123456789abcdef",
    ] { #expect(!daemon.log.contains(word), "\(word) is logged") }
  }
}
