import Testing

/// Which module may import which: data walks one way through the house.
@Suite struct ImportTests {
  /// The modules of the house; others, such as Foundation, are anybody's.
  private static let modules: Set<String> = [
    "Basics", "TOMLFile", "ScoringCore", "EvidenceIO", "TriageStore", "Analysis", "Reports",
    "TerminalUI", "NcursesTerminal", "Dashboard", "CTerminal", "CZlib", "ezscope",
  ]

  private static let swiftFiles = House.swiftFiles("Sources").map {
    String($0.dropFirst("Sources/".count))
  }

  private static func imports(of file: String) throws -> Set<String> {
    let names = try House.lines("Sources/" + file).compactMap { line -> String? in
      let words = line.split(separator: " ")
      guard let place = words.firstIndex(of: "import"), place <= 1, place + 1 < words.count else {
        return nil
      }
      return String(words[place + 1])
    }
    return Set(names).intersection(modules)
  }

  @Test(arguments: [
    ("Basics", []), ("ScoringCore", ["Basics", "CZlib"]),
    ("Analysis", ["Basics", "ScoringCore"]),
    ("Reports", ["Analysis", "Basics", "ScoringCore", "TerminalUI"]),
    ("EvidenceIO", ["Basics", "CZlib", "ScoringCore", "TOMLFile"]),
    ("TriageStore", ["Basics", "ScoringCore"]), ("TerminalUI", ["Basics", "TOMLFile"]),
    ("NcursesTerminal", ["Basics", "CTerminal", "TerminalUI"]),
    ("Dashboard", ["Analysis", "Basics", "ScoringCore", "TerminalUI"]),
  ])
  func modulesImportOnlyWhatLiesBelow(_ module: String, _ allowed: [String]) throws {
    let files = Self.swiftFiles.filter { $0.hasPrefix(module + "/") }
    #expect(!files.isEmpty)
    for file in files {
      let others = try Self.imports(of: file).subtracting(allowed)
      #expect(others.isEmpty, "\(file) must not import \(others.sorted())")
    }
  }

  /// The gate and every other command must work without the user interface.
  @Test func onlyTheDashboardsCommandsKnowTheDashboard() throws {
    let files = Self.swiftFiles.filter { $0.hasPrefix("ezscope/") }
    #expect(!files.isEmpty)
    for file in files where try Self.imports(of: file).contains("Dashboard") {
      let isAllowed =
        file.hasPrefix("ezscope/Runtime/") || file.hasPrefix("ezscope/Commands/Dashboard/")
      #expect(isAllowed, "\(file) must not import Dashboard")
    }
  }

  @Test(arguments: [("CTerminal", "NcursesTerminal/"), ("NcursesTerminal", "ezscope/")])
  func oneRoomTalksToTheTerminal(_ module: String, _ room: String) throws {
    for file in Self.swiftFiles where try Self.imports(of: file).contains(module) {
      #expect(file.hasPrefix(room), "\(file) must not import \(module)")
    }
  }
}
