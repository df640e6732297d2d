// swift-tools-version: 6.2
import PackageDescription

// The layers, left to right; each imports only what stands left of it:
//   ByteText and Platform are the floor: words over bytes, and what is asked of the operating system;
//   CLMDB -> LMDB -> Index; Identifiers and WireProtocol are pure;
//   Catalogue stands on WireProtocol alone;
//   Settings stands on the floor alone;
//   IndexKeys and Server join the three; Console, DaemonClient, ListFormats, Client and Report never see storage;
//   Fetching stands on Publishing; it alone sees libcurl, and the program whichset alone sees it;
//   Client and Report stand on DaemonClient, that on Console, as does Publishing, and Cluster on that; LoadGenerator stands on the floor alone;
//   Gateway stands on Server and Cluster; whichsetd alone sees it;
//   HTTPService stands on Client and Report; it alone sees the network library;
//   whichset sees storage only in the files of backups.

/// Settings of every target: one dialect for the whole package.
/// WHICHSET_STRICT=1 (set by CI) turns each warning into an error.
let strict = Context.environment["WHICHSET_STRICT"] == "1"
let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
    .enableExperimentalFeature("Lifetimes"),
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

let argumentParser = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let posix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let networking = [
  posix, .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
]
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
  name: "whichset",
  products: [
    .executable(name: "whichset", targets: ["whichset"]),
    .executable(name: "whichsetd", targets: ["whichsetd"]),
    .executable(name: "whichset-http", targets: ["whichset-http"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
  ],
  targets: [
    // C, as Debian ships it.
    .systemLibrary(
      name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
    .systemLibrary(
      name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CBzip2", providers: [.apt(["libbz2-dev"])]),  // Debian's has no pkg-config file
    .systemLibrary(
      name: "CLzma", pkgConfig: "liblzma", providers: [.apt(["liblzma-dev"])]),
    .systemLibrary(
      name: "CInih", pkgConfig: "inih", providers: [.apt(["libinih-dev"])]),
    .systemLibrary(
      // Its pkg-config file has a flag that SwiftPM refuses.
      name: "CHiredis", providers: [.apt(["libhiredis-dev"])]),
    .systemLibrary(name: "CLinux"),
    // Its headers only: the library is opened when it is first needed.
    .systemLibrary(
      name: "CCurl", providers: [.apt(["libcurl4-openssl-dev"])]),

    // The floor.
    .target(name: "ByteText", swiftSettings: settings),
    .target(name: "Platform", dependencies: ["CLinux"], swiftSettings: settings),

    // Storage.
    .target(name: "LMDB", dependencies: ["CLMDB", "Platform"], swiftSettings: settings),
    .target(name: "Index", dependencies: ["LMDB", "Platform", "CZstd", "CLinux"], swiftSettings: settings),

    // Pure.
    .target(name: "Identifiers", dependencies: ["ByteText", "CCrypto"], swiftSettings: settings),
    .target(name: "Digests", dependencies: ["ByteText", "CCrypto"], swiftSettings: settings),
    .target(name: "WireProtocol", dependencies: ["ByteText"], swiftSettings: settings),

    .target(
      name: "Catalogue", dependencies: ["WireProtocol"], resources: [.embedInCode("catalogue.txt")],
      swiftSettings: settings),

    // What the daemon and a look at a backup share.
    .target(name: "IndexKeys", dependencies: ["Index", "Identifiers"], swiftSettings: settings),
    // What one index gives another.
    .target(name: "Sealing", dependencies: ["CCrypto"], swiftSettings: settings),

    // Daemon.
    .target(
      name: "Server",
      dependencies: [
        "ByteText", "Index", "IndexKeys", "LMDB", "Identifiers", "Platform", "Sealing", "WireProtocol",
        "CLinux",
        deque, logging,
      ],
      swiftSettings: settings),
    .target(name: "Settings", dependencies: ["ByteText", "Platform", "CInih"], swiftSettings: settings),
    .executableTarget(
      name: "whichsetd",
      dependencies: [
        "Cluster", "Console", "Gateway", "Server", "Settings", "Index", "IndexKeys", "Platform",
        "WireProtocol",
        argumentParser, logging,
      ],
      swiftSettings: settings),

    // Client.
    .target(
      name: "ListFormats",
      dependencies: [
        "ByteText", "Digests", "Identifiers", "Platform", "WireProtocol", "CZlib", "CBzip2", "CLzma", "CZstd",
      ],
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
      name: "Fetching",
      dependencies: ["ByteText", "Console", "Platform", "Publishing", "WireProtocol", "CCurl"],
      swiftSettings: settings),
    .target(
      name: "Cluster",
      dependencies: ["ByteText", "Console", "Platform", "Publishing", "WireProtocol", "CHiredis", "CZlib"],
      swiftSettings: settings),
    // A daemon that answers from a cluster.
    .target(
      name: "Gateway",
      dependencies: ["Cluster", "Console", "Identifiers", "Publishing", "Server", "WireProtocol"],
      swiftSettings: settings),
    .target(
      name: "Client",
      dependencies: [
        "ByteText", "Catalogue", "Cluster", "Console", "DaemonClient", "Digests", "ListFormats",
        "LoadGenerator",
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
    .executableTarget(
      name: "whichset",
      dependencies: [
        "Catalogue", "Client", "Cluster", "Console", "DaemonClient", "Fetching", "Report", "Platform",
        "Publishing",
        "WireProtocol",
        "Index", "IndexKeys",
        argumentParser,
      ],
      swiftSettings: settings),

    // Over HTTP.
    .target(
      name: "HTTPService",
      dependencies: [
        "ByteText", "Catalogue", "Client", "Console", "DaemonClient", "Digests", "Identifiers",
        "Platform",
        "Report", "WireProtocol",
      ] + networking, resources: [.embedInCode("openapi.json")],
      swiftSettings: settings),
    .executableTarget(
      name: "whichset-http",
      dependencies: [
        "HTTPService", "Client", "Console", "DaemonClient", "Platform", "WireProtocol", argumentParser, posix,
      ],
      swiftSettings: settings),

    .target(
      name: "TestSupport", dependencies: ["Platform"], path: "Tests/TestSupport", swiftSettings: settings),
    // Tests: one folder a target, and the real programs in EndToEnd.
    .testTarget(name: "ByteTextTests", dependencies: ["ByteText"], swiftSettings: settings),
    .testTarget(name: "PlatformTests", dependencies: ["TestSupport", "Platform"], swiftSettings: settings),
    .testTarget(name: "LMDBTests", dependencies: ["TestSupport", "LMDB"], swiftSettings: settings),
    .testTarget(
      name: "IndexTests", dependencies: ["TestSupport", "Index", "LMDB", "Platform"], swiftSettings: settings),
    .testTarget(
      name: "IdentifiersTests", dependencies: ["TestSupport", "ByteText", "Identifiers"],
      swiftSettings: settings),
    .testTarget(
      name: "WireProtocolTests", dependencies: ["ByteText", "WireProtocol"], swiftSettings: settings),
    .testTarget(
      name: "CatalogueTests", dependencies: ["Catalogue", "WireProtocol"], swiftSettings: settings),
    .testTarget(name: "SealingTests", dependencies: ["Sealing"], swiftSettings: settings),
    .testTarget(name: "SettingsTests", dependencies: ["Settings"], swiftSettings: settings),
    .testTarget(
      name: "ServerTests",
      dependencies: [
        "TestSupport", "ByteText", "Server", "Index", "IndexKeys", "Identifiers", "Platform", "WireProtocol",
        "CZstd", logging,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ListFormatsTests", dependencies: ["ByteText", "ListFormats", "Identifiers", "WireProtocol"],
      swiftSettings: settings),
    .testTarget(name: "LoadGeneratorTests", dependencies: ["LoadGenerator"], swiftSettings: settings),
    .testTarget(name: "ConsoleTests", dependencies: ["Console"], swiftSettings: settings),
    .testTarget(
      name: "PublishingTests",
      dependencies: ["TestSupport", "Console", "Platform", "Publishing", "WireProtocol"],
      swiftSettings: settings),
    .testTarget(
      name: "FetchingTests",
      dependencies: [
        "TestSupport", "Console", "Fetching", "Platform", "Publishing", posix,
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ClusterTests",
      dependencies: [
        "TestSupport", "Cluster", "Console", "Gateway", "Identifiers", "Publishing", "Server", "WireProtocol",
        posix,
        .product(name: "NIOCore", package: "swift-nio"),
      ],
      swiftSettings: settings),
    .testTarget(
      name: "DaemonClientTests", dependencies: ["Console", "DaemonClient", "WireProtocol"],
      swiftSettings: settings),
    .testTarget(
      name: "ClientTests",
      dependencies: [
        "TestSupport", "ByteText", "Catalogue", "Client", "Console", "DaemonClient", "Identifiers",
        "Platform",
        "WireProtocol",
      ],
      swiftSettings: settings),
    .testTarget(
      name: "ReportTests", dependencies: ["Report", "Catalogue", "Console", "DaemonClient"],
      swiftSettings: settings),
    .testTarget(
      name: "HTTPTests",
      dependencies: [
        "TestSupport", "ByteText", "Catalogue", "HTTPService", "Platform", "whichset", "whichsetd",
        "whichset-http",
        posix,
      ],
      swiftSettings: settings),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["TestSupport", "Platform", "WireProtocol", "whichset", "whichsetd", "whichset-http"],
      swiftSettings: settings),
  ]
)

// Fuzz targets, which `Fuzz/run` alone builds: libFuzzer brings their `main`.
if Context.environment["WHICHSET_FUZZ"] == "1" {
  func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
      name: "fuzz-\(name)", dependencies: dependencies, path: "Fuzz/\(name)",
      swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])])
  }
  package.targets += [
    .systemLibrary(name: "CFuzz", path: "Fuzz/CFuzz"),
    fuzzer("identifiers", ["ByteText", "Identifiers", "CFuzz"]),
    fuzzer("session", ["TestSupport", "Server", "Index", "Identifiers", "WireProtocol", logging]),
    fuzzer("resp", ["TestSupport", "Server", "Index", "Identifiers", "WireProtocol", logging]),
    fuzzer("http", ["DaemonClient", "HTTPService"] + networking),
    fuzzer("lists", ["ListFormats", "CFuzz"]),
    fuzzer("blocks", ["Index", "Platform"]),
    fuzzer("files", ["Catalogue", "Settings"]),
  ]
}
