// The table of all requests. A verb is a place in it, so that it costs a byte to keep and to compare.

package struct Verb: Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// Its place in `requests`.
  package let number: Int8

  /// All requests, in the order in which `HELP` lists them.
  package static let requests: [any Request.Type] = [
    HelloRequest.self,
    PingRequest.self,
    WhoRequest.self,
    CheckRequest.self,
    CheckManyRequest.self,
    GetRequest.self,
    IdentifyRequest.self,
    DatasetsRequest.self,
    DatasetRequest.self,
    DescribeRequest.self,
    StatsRequest.self,
    OverlapRequest.self,
    ListRequest.self,
    AccountRequest.self,
    CrossrefRequest.self,
    ItemsRequest.self,
    TallyRequest.self,
    ExportRequest.self,
    DigestRequest.self,
    IngestRequest.self,
    RowsRequest.self,
    CommitRequest.self,
    AbortRequest.self,
    LoadsRequest.self,
    RemoveRequest.self,
    ReindexRequest.self,
    EraseRequest.self,
    SuppressedRequest.self,
    SuppressionsRequest.self,
    SuppressRequest.self,
    UnsuppressRequest.self,
    ReceiptsRequest.self,
    MetricsRequest.self,
    HealthRequest.self,
    ReloadRequest.self,
    BackupRequest.self,
    VerifyRequest.self,
    CompactRequest.self,
    RestoreRequest.self,
    HelpRequest.self,
    QuitRequest.self,
  ]

  package static let allCases = requests.indices.map { Verb(number: Int8($0)) }
  /// The one that is answered without a look at the table of handlers.
  package static let check = Verb(CheckRequest.self)

  private static let names = requests.map { Array($0.name.utf8) }
  private static let numbers = Dictionary(
    uniqueKeysWithValues: requests.enumerated().map { (ObjectIdentifier($1), Int8($0)) })

  private init(number: Int8) { self.number = number }

  init(_ request: any Request.Type) {
    guard let number = Self.numbers[ObjectIdentifier(request)] else {
      preconditionFailure("\(request.name) is not in the table of requests")
    }
    self.init(number: number)
  }

  /// Recognises a verb in any case. O(number of verbs), no allocation.
  package init?(_ bytes: borrowing Span<UInt8>) {
    let names = Self.names
    for number in names.indices where names[number].count == bytes.count {
      var index = 0
      while index < bytes.count, bytes[index] & 0xDF == names[number][index] { index += 1 }
      if index == bytes.count {
        self.init(number: Int8(number))
        return
      }
    }
    return nil
  }

  package var request: any Request.Type { Self.requests[Int(number)] }
  package var name: String { request.name }
  package var role: Role { request.role }
  package var follows: Following { request.follows }
  /// One line for `HELP`: the verb, its arguments, what it does.
  package var summary: String { "\(name) \(request.summary)" }
  package var description: String { name }

  /// Whether lines or bytes may follow the request's line.
  package var hasBody: Bool { follows == .lines || follows == .bytes }

  /// Why a connection of this role may not use the verb; nil where it may.
  package func refusal(for role: Role) -> ProtocolError? {
    guard role < self.role else { return nil }
    return ProtocolError(
      .forbidden, "\(name) needs the role \(self.role.rawValue), and this socket gives \(role.rawValue)")
  }
}
