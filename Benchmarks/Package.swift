// swift-tools-version: 6.2
import PackageDescription

// Measures whichsetd beside its peers, and parts of it alone. A package of its own, so that neither a normal build
// nor a packaged one pays for it. BenchmarkWork says what the work is; the programs are thin. `Sources/` has links
// to those of the project's own targets that are measured from inside.

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

/// What is internal to the project's targets is seen by bench-inside all the same.
let testable = settings + [.unsafeFlags(["-enable-testing"])]
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")

let package = Package(
  name: "whichset-benchmarks",
  dependencies: [
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
  ],
  targets: [
    .systemLibrary(name: "CLMDB", pkgConfig: "lmdb"),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd"),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto"),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib"),
    .systemLibrary(name: "CBzip2"),
    .systemLibrary(name: "CLzma", pkgConfig: "liblzma"),
    .systemLibrary(name: "CLinux"),
    .target(name: "ByteText", swiftSettings: settings),
    .target(name: "Platform", dependencies: ["CLinux"], swiftSettings: settings),
    .target(name: "LMDB", dependencies: ["CLMDB", "Platform"], swiftSettings: settings),
    .target(name: "Index", dependencies: ["LMDB", "Platform", "CZstd", "CLinux"], swiftSettings: settings),
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
    .target(name: "CAllocations"),
    .target(name: "TestSupport", dependencies: ["Platform"], swiftSettings: settings),
    .executableTarget(
      name: "bench-inside",
      dependencies: [
        "BenchmarkWork", "ByteText", "CAllocations", "Identifiers", "Index", "ListFormats", "Platform",
        "Server",
        "TestSupport", "WireProtocol", logging,
      ],
      swiftSettings: settings),

    .target(name: "LoadGenerator", dependencies: ["Platform", "CLinux"], swiftSettings: settings),
    .target(name: "BenchmarkWork", dependencies: ["ByteText", "Platform"], swiftSettings: settings),
    .executableTarget(name: "bench-work", dependencies: ["BenchmarkWork"], swiftSettings: settings),
    .executableTarget(
      name: "bench-load", dependencies: ["BenchmarkWork", "LoadGenerator", "Platform"],
      swiftSettings: settings),
    .executableTarget(
      name: "bench-report", dependencies: ["BenchmarkWork", "Platform"], swiftSettings: settings),
    .testTarget(name: "BenchmarkWorkTests", dependencies: ["BenchmarkWork"], swiftSettings: settings),
  ]
)
