// swift-tools-version: 6.2
import PackageDescription

// Measures whichsetd beside its peers. A package of its own, without dependencies, so that neither a normal
// build nor a packaged one pays for it. BenchmarkWork says what the work is; the programs are thin.

let strict = Context.environment["WHICHSET_STRICT"] == "1"
let settings: [SwiftSetting] =
  [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("ExistentialAny"),
  ] + (strict ? [.treatAllWarnings(as: .error)] : [])

let package = Package(
  name: "whichset-benchmarks",
  targets: [
    .systemLibrary(name: "CEpoll"),
    .target(name: "BenchmarkWork", swiftSettings: settings),
    .executableTarget(name: "bench-work", dependencies: ["BenchmarkWork"], swiftSettings: settings),
    .executableTarget(
      name: "bench-load", dependencies: ["BenchmarkWork", "CEpoll"], swiftSettings: settings),
    .executableTarget(name: "bench-ask", dependencies: ["BenchmarkWork"], swiftSettings: settings),
    .executableTarget(name: "bench-report", dependencies: ["BenchmarkWork"], swiftSettings: settings),
    .testTarget(name: "BenchmarkWorkTests", dependencies: ["BenchmarkWork"], swiftSettings: settings),
  ]
)
