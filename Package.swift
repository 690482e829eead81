// swift-tools-version: 6.2
import PackageDescription

// Set by continuous integration only: a newer compiler's new warnings must never break a user's build.
let strict = Context.environment["EZSCOPE_STRICT"] != nil
let house: [SwiftSetting] =
  [.swiftLanguageMode(.v6)] + (strict ? [.treatAllWarnings(as: .error)] : [])
let core: [SwiftSetting] =
  house + [
    .enableExperimentalFeature("Lifetimes"),
    // Unoptimised SIMD is 40 to 500 times slower: tests would take minutes instead of seconds.
    .unsafeFlags(["-O"], .when(configuration: .debug)),
  ]

// The commit that is built and its day, for `--version`: `git archive` writes them here, `.ci/release`
// says them in the environment. A plain build of a clone does not know them.
let archived = "$Format:%H %cs$"
let source = Context.environment["EZSCOPE_SOURCE"] ?? (archived.hasPrefix("$") ? "" : archived)

// Pages of the documentation that the dashboard shows how they begin.
let explained = [
  "Attacks/con-recall",
  "Attacks/dc-pdd",
  "Attacks/entropy",
  "Attacks/ez",
  "Attacks/gap-k",
  "Attacks/loss",
  "Attacks/ht-style",
  "Attacks/lira",
  "Attacks/lowercase",
  "Attacks/max-renyi",
  "Attacks/min-k",
  "Attacks/min-k-plus-plus",
  "Attacks/neighborhood",
  "Attacks/recall",
  "Attacks/ref-diff",
  "Attacks/ref-min-k",
  "Attacks/ref-ratio",
  "Attacks/rmia",
  "Attacks/soft-ez",
  "Attacks/spv",
  "Attacks/surp",
  "Attacks/wbc",
  "Attacks/zlib",
  "Attacks/zlib-lora",
  "Guards/edge-cases",
  "Guards/too-few-non-members",
  "Memorization/discoverable",
  "Memorization/inextractability",
  "Memorization/leaks",
  "Metrics/auc",
  "Metrics/clopper-pearson",
  "Metrics/false-discovery",
  "Metrics/p-value",
  "Metrics/paired-tests",
  "Metrics/ppv",
  "Metrics/roc",
  "Metrics/roc-band",
  "Metrics/tpr-at-fpr",
]

let package = Package(
  name: "ezscope",
  products: [
    .executable(name: "ezscope", targets: ["ezscope"]),
    .executable(name: "ezscope-bench", targets: ["ezscope-bench"]),
    .library(name: "ScoringCore", targets: ["ScoringCore"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2")
  ],
  targets: [
    .target(name: "CBuild", cSettings: [.define("EZSCOPE_SOURCE", to: "\"\(source)\"")]),
    .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),
    .target(name: "CDigest", linkerSettings: [.linkedLibrary("md")]),
    .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(
      name: "CTerminal", dependencies: ["CFiles"],
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .target(
      name: "Basics", exclude: ["Text/generate-scalar-kinds.py"],
      resources: [.embedInCode("../exporter/ezscope_export/version.txt")], swiftSettings: core),
    .target(name: "CFiles"),
    .target(name: "TOMLFile", swiftSettings: house),
    .target(name: "ScoringCore", dependencies: ["CZlib", "Basics"], swiftSettings: core),
    .target(
      name: "EvidenceIO",
      dependencies: [
        "ScoringCore", "CDigest", "CFiles", "CZlib", "TOMLFile", "Basics",
      ],
      swiftSettings: core),
    .target(
      name: "TriageStore",
      dependencies: ["Basics", "ScoringCore", "CSQLite"],
      swiftSettings: house),
    .target(
      name: "TerminalUI",
      dependencies: ["TOMLFile", "Basics"],
      resources: [
        .embedInCode("../../Themes/dark.toml"),
        .embedInCode("../../Themes/light.toml"),
        .embedInCode("../../Themes/high-contrast.toml"),
        .embedInCode("../../Themes/deuteranopia.toml"),
        .embedInCode("../../Themes/tritanopia.toml"),
        .embedInCode("../../Themes/dusk.toml"),
        .embedInCode("../../Themes/frost.toml"),
        .embedInCode("../../Themes/paper.toml"),
        .embedInCode("../../Themes/terminal.toml"),
        .embedInCode("../../Themes/mono.toml"),
        .embedInCode("../../Themes/ascii.toml"),
      ],
      swiftSettings: house),
    .target(
      name: "NcursesTerminal", dependencies: ["Basics", "CTerminal", "TerminalUI"],
      exclude: ["direct-color.ti"], swiftSettings: house),
    .target(
      name: "Analysis", dependencies: ["ScoringCore", "Basics"], swiftSettings: core),
    .target(
      name: "Reports", dependencies: ["Analysis", "ScoringCore", "Basics", "TerminalUI"],
      swiftSettings: house),
    .target(
      name: "Dashboard", dependencies: ["Analysis", "ScoringCore", "TerminalUI", "Basics"],
      resources: explained.map {
        .embedInCode("../ScoringCore/ScoringCore.docc/\($0).md")
      }, swiftSettings: house),
    .executableTarget(
      name: "ezscope",
      dependencies: [
        "Analysis", "Reports", "ScoringCore", "EvidenceIO", "TerminalUI", "NcursesTerminal",
        "Dashboard", "TriageStore", "Basics", "CBuild",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: house),
    .executableTarget(
      name: "ezscope-bench",
      dependencies: [
        "Basics", "ScoringCore", "EvidenceIO", "Analysis", "TerminalUI", "Dashboard",
      ],
      exclude: ["Peers"], swiftSettings: house),
    .testTarget(name: "HouseTests", swiftSettings: house),
    .target(
      name: "TestSupport", dependencies: ["Basics"], path: "Tests/TestSupport",
      swiftSettings: house),
    .testTarget(name: "BasicsTests", dependencies: ["Basics"], swiftSettings: house),
    .testTarget(
      name: "TOMLFileTests",
      dependencies: ["Basics", "TOMLFile"],
      swiftSettings: house),
    .testTarget(
      name: "ScoringCoreTests", dependencies: ["Basics", "ScoringCore"], exclude: ["Fixtures"],
      swiftSettings: house),
    .testTarget(
      name: "EvidenceIOTests", dependencies: ["Basics", "EvidenceIO", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "TriageStoreTests",
      dependencies: [
        "Basics", "TriageStore", "ScoringCore", "CSQLite", "TestSupport",
      ],
      swiftSettings: house),
    .testTarget(
      name: "TerminalUITests", dependencies: ["Basics", "TerminalUI", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "NcursesTerminalTests", dependencies: ["NcursesTerminal", "TerminalUI", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "AnalysisTests", dependencies: ["Basics", "ScoringCore", "Analysis"],
      swiftSettings: house),
    .testTarget(
      name: "ReportsTests",
      dependencies: ["Basics", "EvidenceIO", "Analysis", "Reports"], swiftSettings: house),
    .testTarget(
      name: "DashboardTests", dependencies: ["Basics", "Analysis", "Dashboard", "TestSupport"],
      swiftSettings: house),
    .testTarget(
      name: "EzscopeTests",
      dependencies: ["Basics", "EvidenceIO", "Analysis", "Reports", "ezscope", "TestSupport"],
      exclude: ["Screens/Snapshots", "Field/Files"], swiftSettings: house),
    .testTarget(
      name: "ExporterTests", dependencies: ["TestSupport"], path: "Tests/ExporterTests/Swift",
      swiftSettings: house),
    .testTarget(
      name: "EndToEndTests", dependencies: ["ezscope", "TestSupport"], swiftSettings: house),
  ]
)

// `EZSCOPE_ONLY=ScoringCore swift test` builds that module, what it stands on and its tests, no more.
if let name = Context.environment["EZSCOPE_ONLY"] {
  var wanted: Set<String> = [name, "\(name)Tests"]
  var reached = 0
  while reached < wanted.count {
    reached = wanted.count
    for target in package.targets where wanted.contains(target.name) {
      for case .byNameItem(let dependency, _) in target.dependencies { wanted.insert(dependency) }
    }
  }
  package.targets.removeAll { !wanted.contains($0.name) }
  package.products.removeAll { $0.name != "ScoringCore" || !wanted.contains($0.name) }
}
