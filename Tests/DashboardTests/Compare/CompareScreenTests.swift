import Analysis
import ScoringCore
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct CompareScreenTests {
  @Test func opensOnFullAgainstLoRA() throws {
    let story = try Story(120, 40, on: .compare)
    #expect(story.state.compare.left == 0 && story.state.compare.right == 1)
    #expect(story.state.compare.comparison != nil)
    #expect(story.text.contains("full-e3") && story.text.contains("lora-e3"))
    #expect(story.text.contains("validation loss 1.275 vs 1.275 (base 1.320)"))
    #expect(story.text.contains("\(Sample.sequences.count) joined, 1 outside"))
  }

  /// The answer to a question nobody asks any more must not replace the current one.
  @Test func staleAnswersAreIgnored() throws {
    var story = try Story(120, 40)
    story.isPatient = true
    story.press("5", ")")
    #expect(
      story.held.filter {
        if case .compute(let work) = $0 { work.screen == .compare } else { false }
      }.count == 2)
    story.answerHeld(reversed: true)
    #expect(story.state.compare.comparison?.attack == story.state.attack)
    #expect(story.state.attack != "ez")
  }

  @Test func asksOnceForEachPairAndAttack() throws {
    var story = try Story(120, 40)
    story.isPatient = true
    story.press("5", "j", "j", "tab", "o")
    #expect(
      story.held.filter {
        if case .compute(let work) = $0 { work.screen == .compare } else { false }
      }.count == 1)
  }

  @Test func oneCursorMovesInBothTexts() throws {
    var story = try Story(120, 40, on: .compare)
    story.press("f", "f", "f", "g")
    #expect(story.state.compare.listing == .all)
    for _ in 0..<12 where story.state.compare.pair?.left?.id != "ticket-1" { story.press("J") }
    #expect(story.state.compare.pair?.left?.id == "ticket-1")
    story.press("{", "]")
    let token = story.state.compare.cursor
    #expect(story.state.compare.pair?.zones.contains(token) == true)
    let cursors = story.frame.cells.filter { $0.style.role == .cursor }
    let text = try #require(story.state.compare.pair?.left?.tokens[token])
    #expect(cursors.count == 2 * text.drop { $0 == " " }.count)
    story.press("l")
    #expect(story.state.compare.cursor == token + 1)
  }

  @Test func swapsPartnersAndFollowsTheRun() throws {
    var story = try Story(120, 40, on: .compare)
    let row = try #require(story.state.row)
    let id = Sample.analyses[0].scores.ids[row]
    story.press("X")
    #expect(story.state.compare.left == 1 && story.state.compare.right == 0)
    #expect(story.state.run == 1)
    #expect(story.state.compare.comparison?.left.run.name == "lora-e3")
    #expect(story.state.row.map { Sample.analyses[1].scores.ids[$0] } == id)
    story.press("c")
    #expect(story.text.contains("Compare with"))
    story.press("enter")
    #expect(story.state.compare.right == 0)
  }

  @Test func scoresOnlyRunsCompareWithoutTokens() throws {
    let (experiment, analyses) = Sample.scored([
      (Sample.run("full-e3", .full), Sample.ladder(members: 50, nonMembers: 120, lift: 3)),
      (Sample.run("lora-e3", .lora), Sample.ladder(members: 50, nonMembers: 120)),
    ])
    let story = try Story(120, 40, on: .compare, experiment: experiment, analyses: analyses)
    #expect(story.text.contains("full-e3 holds scores only"))
    #expect(story.text.contains("leaks more than"))
    #expect(story.state.compare.list?.rows.isEmpty == false)
  }

  @Test func saysWhatItWaitsForAndWhatIsMissing() throws {
    let waiting = try Story(80, 24, on: .compare, analyses: [])
    #expect(waiting.text.contains("Scoring full-e3"))
    let ladder = Sample.ladder(members: 9, nonMembers: 9)
    let one = Sample.scored([(Sample.run("one", .full), ladder)])
    let alone = try Story(80, 24, on: .compare, experiment: one.0, analyses: one.1)
    #expect(alone.text.contains("Nothing to compare with"))
    let two = Sample.scored([(Sample.run("two", .lora), ladder)], attack: "loss")
    let both = ExperimentSnapshot(Experiment(name: "", runs: one.0.runs + two.0.runs))
    let lacking = try Story(80, 24, on: .compare, experiment: both, analyses: one.1 + two.1)
    #expect(lacking.text.contains("one and two share no attack"))
  }

  /// What only one run catches is said in words; a non-member among it is a false positive.
  @Test func namesWhoCatchesWhat() throws {
    let (experiment, analyses) = Sample.scored([
      (Sample.run("full-e3", .full), Sample.ladder(members: 50, nonMembers: 120, lift: 3)),
      (Sample.run("lora-e3", .lora), Sample.ladder(members: 50, nonMembers: 120)),
    ])
    var story = try Story(160, 50, on: .compare, experiment: experiment, analyses: analyses)
    #expect(story.text.contains("only by full-e3"))
    story.press("f", "f", "f")
    let comparison = try #require(story.state.compare.comparison)
    let caught = (0..<comparison.count).filter {
      comparison.labels[$0] == .nonMember && comparison.fate(of: $0) != .neither
    }
    #expect(!caught.isEmpty)
    #expect(
      caught.allSatisfy { FlipTable.finder($0, comparison).hasPrefix("false positive of") })
    // Orange and blue mean more and less likely, and nothing else here.
    let directions: Set<Role> = [.member, .nonMember, .curve1, .curve2]
    #expect(story.frame.cells.allSatisfy { !directions.contains($0.style.role) })
  }

  @Test func panesCycleAndClicksFocus() throws {
    var story = try Story(120, 40, on: .compare)
    var panes: [CompareState.Pane] = []
    for _ in CompareState.Pane.allCases {
      story.press("tab")
      panes.append(story.state.compare.pane)
    }
    #expect(Set(panes).count == CompareState.Pane.allCases.count && panes.last == .flips)
    story.resize(60, 20)
    story.click(on: " Scores ")
    #expect(story.state.compare.pane == .scatter)
  }

  @Test func openGoesToTheTokensOfTheLeftRun() throws {
    var story = try Story(120, 40, on: .compare)
    story.press("enter")
    #expect(story.state.screen == .tokens)
    #expect(story.state.run == story.state.compare.left)
  }

  @Test(
    arguments: [(40, 12), (60, 16), (80, 24), (96, 30), (120, 40), (200, 60), (20, 5), (1, 1)],
    [false, true])
  func drawsAtEverySize(size: (Int, Int), isASCII: Bool) throws {
    let glyphs = (isASCII ? GlyphSet.ascii : .unicode)
    var story = try Story(size.0, size.1, on: .compare, glyphs: glyphs)
    for _ in 0..<4 {
      story.press("tab", "j", "G", "o", "f")
      #expect(story.lines.count == size.1)
      let isPlain = story.text.unicodeScalars.allSatisfy { $0.value < 0x80 }
      #expect(!isASCII || isPlain)
    }
  }

  /// A secret that both runs give away, one that only the left does, and plain texts.
  private static let leaking: (ExperimentSnapshot, [RunAnalysis]) = {
    func record(_ id: String, _ label: Label, isLeaked: Bool) -> SampleSequence {
      let tokens = (0..<12).map { place in
        SampleToken(" \(id)\(place * 7919 % 97)", isLeaked ? -0.01 : -3, -6, rank: isLeaked ? 1 : 5)
      }
      return SampleSequence(
        id: id, label: label, meta: [:], tokens: [SampleToken("a", -1, -1, rank: 4)] + tokens)
    }
    func table(_ run: String, _ method: FineTuningMethod, _ leaked: Set<String>) -> EvidenceTable {
      Sample.table(
        Sample.run(run, method),
        (0..<8).map {
          let id = "\(["Otter", "Badger", "Heron", "Newt", "Stoat", "Vole", "Wren", "Toad"][$0])"
          return record(id, $0 < 4 ? .member : .nonMember, isLeaked: leaked.contains(id))
        })
    }
    let experiment = ExperimentSnapshot(
      Experiment(
        name: "leaking",
        runs: [
          .evidence(table("full-e3", .full, ["Otter", "Badger", "Toad"])),
          .evidence(table("lora-e3", .lora, ["Badger", "Heron"])),
        ]))
    return (experiment, Sample.analyses(of: experiment))
  }()

  @Test func leaksStandSideBySide() throws {
    var story = try Story(
      160, 40, on: .compare, experiment: Self.leaking.0, analyses: Self.leaking.1)
    #expect(story.state.compare.leaks == nil)
    story.press("tab")
    #expect(story.state.compare.pane == .leaks)
    let leaks = try #require(story.state.compare.leaks?.leaks)
    #expect(leaks.count(.onlyLeft) == 2 && leaks.count(.onlyRight) == 1 && leaks.count(.both) == 1)
    let ids = leaks.entries.map { leaks.left.scores.ids[$0.rows.left] }
    #expect(Set(ids.prefix(2)) == ["Otter", "Toad"] && ids.suffix(2) == ["Heron", "Badger"])
    let flat = story.lines.joined(separator: " ")
    #expect(flat.contains("members: 1 only full-e3, 1 only lora-e3, 1 both, of 4"))
    #expect(story.text.contains("only lora-e3") && story.text.contains("1 (greedy)"))
    // The list moves the sequence looked at, and what was found serves the Leaks screen too.
    story.press("G")
    #expect(story.state.row.map { leaks.left.scores.ids[$0] } == "Badger")
    story.press("f")
    #expect(story.state.compare.pane == .flips)
    story.isPatient = true
    story.press("6")
    #expect(story.state.currentLeaks != nil)
    #expect(
      !story.held.contains {
        if case .compute(let work) = $0 { work.screen == .leaks } else { false }
      })
  }

  /// Runs without per-token evidence are named.
  @Test func scoresHaveNoLeaks() throws {
    let scores = Sample.scored([
      (Sample.run("full-e3", .full), Sample.ladder(members: 20, nonMembers: 20)),
      (Sample.run("lora-e3", .lora), Sample.ladder(members: 20, nonMembers: 20, lift: 2)),
    ])
    var story = try Story(120, 40, on: .compare, experiment: scores.0, analyses: scores.1)
    story.press("tab")
    #expect(story.text.contains("No leaks to compare"))
    #expect(story.text.contains("full-e3: This run holds scores only"))
  }

  @Test(arguments: [(40, 12), (60, 20), (80, 24), (120, 40), (200, 60), (20, 5), (1, 1)])
  func leaksDrawAtEverySize(_ width: Int, _ height: Int) throws {
    var story = try Story(
      width, height, on: .compare, experiment: Self.leaking.0, analyses: Self.leaking.1,
      glyphs: .ascii)
    for key in ["tab", "j", "G", "tab", "tab", "g", "o"] {
      story.press(key)
      #expect(story.lines.count == height)
      #expect(story.text.unicodeScalars.allSatisfy { $0.value < 0x80 })
    }
  }
}
