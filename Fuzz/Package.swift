// swift-tools-version: 6.2
import PackageDescription

// Fuzz targets. A package of its own, since every module is built again with what libFuzzer and the address
// sanitizer need; `Sources/` has links to the project's own sources, so that there is nothing to keep in step.
// Built by `Fuzz/run` alone: the programs have no `main` of their own.

let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .strictMemorySafety(),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
  .enableExperimentalFeature("Lifetimes"),
]
/// Sessions and blocks are internal to their targets; tests and fuzzers see them all the same.
let testable = settings + [.unsafeFlags(["-enable-testing"])]
/// libFuzzer brings `main`.
let fuzzer = settings + [.unsafeFlags(["-parse-as-library"])]

let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let network = ["NIOCore", "NIOHTTP1", "NIOPosix"].map {
  Target.Dependency.product(name: $0, package: "swift-nio")
}

let package = Package(
  name: "whichset-fuzz",
  dependencies: [
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
  ],
  targets: [
    .systemLibrary(name: "CLMDB", pkgConfig: "lmdb"),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd"),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
    .systemLibrary(name: "CBzip2"),
    .systemLibrary(name: "CLzma", pkgConfig: "liblzma"),
    .systemLibrary(name: "CLinux"),
    .systemLibrary(name: "CFuzz"),
    .target(name: "ByteText", swiftSettings: settings),
    .target(name: "Platform", dependencies: ["CLinux"], swiftSettings: settings),
    .target(name: "LMDB", dependencies: ["CLMDB", "Platform"], swiftSettings: settings),
    .target(name: "Index", dependencies: ["LMDB", "Platform", "CZstd", "CLinux"], swiftSettings: testable),
    .target(name: "Identifiers", dependencies: ["ByteText", "CCrypto"], swiftSettings: testable),
    .target(name: "Digests", dependencies: ["ByteText", "CCrypto"], swiftSettings: settings),
    .target(name: "WireProtocol", dependencies: ["ByteText"], swiftSettings: settings),
    .target(name: "IndexKeys", dependencies: ["Index", "Identifiers"], swiftSettings: settings),
    .target(name: "Sealing", dependencies: ["CCrypto"], swiftSettings: settings),
    .target(
      name: "Server",
      dependencies: [
        "ByteText", "Index", "IndexKeys", "LMDB", "Identifiers", "Platform", "Sealing", "WireProtocol",
        "CLinux",
        deque, logging,
      ],
      swiftSettings: testable),
    .target(
      name: "ListFormats",
      dependencies: [
        "ByteText", "Digests", "Identifiers", "Platform", "WireProtocol", "CZlib", "CBzip2", "CLzma", "CZstd",
      ],
      swiftSettings: settings),
    .target(
      name: "Catalogue", dependencies: ["WireProtocol"], resources: [.embedInCode("catalogue.txt")],
      swiftSettings: settings),
    .target(
      name: "Console", dependencies: ["ByteText", "Platform", "WireProtocol"], swiftSettings: settings),
    .target(
      name: "DaemonClient", dependencies: ["ByteText", "Console", "Platform", "WireProtocol", "CLinux"],
      swiftSettings: settings),
    .target(name: "LoadGenerator", dependencies: ["Platform", "CLinux"], swiftSettings: settings),
    .target(
      name: "Publishing",
      dependencies: ["ByteText", "Console", "Digests", "Platform", "WireProtocol", "CCrypto"],
      swiftSettings: settings),
    .target(
      name: "Client",
      dependencies: [
        "ByteText", "Catalogue", "Console", "DaemonClient", "Digests", "ListFormats", "LoadGenerator",
        "Identifiers",
        "Platform", "Publishing", "WireProtocol",
      ],
      swiftSettings: settings),
    .target(
      name: "Report",
      dependencies: [
        "ByteText", "Catalogue", "Console", "DaemonClient", "Digests", "Platform", "WireProtocol",
      ],
      swiftSettings: settings),
    .target(
      name: "HTTPService",
      dependencies: [
        "ByteText", "Catalogue", "Client", "Console", "DaemonClient", "Digests", "Identifiers",
        "Platform", "Report", "WireProtocol",
      ] + network, resources: [.embedInCode("openapi.json")],
      swiftSettings: testable),

    .executableTarget(
      name: "fuzz-identifiers", dependencies: ["ByteText", "Identifiers", "CFuzz"], swiftSettings: fuzzer),
    .target(name: "TestSupport", dependencies: ["Platform"], swiftSettings: settings),
    .executableTarget(
      name: "fuzz-session",
      dependencies: ["TestSupport", "Server", "Index", "Identifiers", "WireProtocol", logging],
      swiftSettings: fuzzer),
    .executableTarget(
      name: "fuzz-resp",
      dependencies: ["TestSupport", "Server", "Index", "Identifiers", "WireProtocol", logging],
      swiftSettings: fuzzer),
    .executableTarget(
      name: "fuzz-http", dependencies: ["DaemonClient", "HTTPService"] + network, swiftSettings: fuzzer),
    .executableTarget(name: "fuzz-lists", dependencies: ["ListFormats", "CFuzz"], swiftSettings: fuzzer),
    .executableTarget(name: "fuzz-blocks", dependencies: ["Index", "Platform"], swiftSettings: fuzzer),
  ]
)
