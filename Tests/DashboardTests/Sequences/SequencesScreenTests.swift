import Analysis
import ScoringCore
import TerminalUI
import TestSupport
import Testing

@testable import Dashboard

@Suite struct SequencesScreenTests {
  private func story(_ width: Int = 160, _ height: Int = 40) throws -> Story {
    try Story(width, height, on: .sequences)
  }

  private func ids(_ story: Story) -> [String] {
    let order = story.state.currentOrder
    return (order?.rows ?? []).map { order?.analysis.scores.ids[Int($0)] ?? "" }
  }

  @Test func listsMostMemberLikeFirstAndUndefinedLast() throws {
    let story = try story()
    #expect(ids(story).prefix(3) == ["clear-1", "up-1", "ticket-1"])
    #expect(ids(story).dropLast().last == "still-1")
    #expect(story.text.contains("inf no errors"))
    #expect(story.text.contains("inf N=0"))
    #expect(story.text.contains("- no movement"))
    #expect(story.text.contains("Scores by EZ-MIA"))
  }

  @Test func undefinedStaysLastUpsideDown() throws {
    var story = try story()
    story.press("S")
    #expect(ids(story).last == "still-1")
    #expect(ids(story).dropLast().last == "clear-1")
  }

  @Test(arguments: [
    (1, SortColumn.pValue), (2, .up), (3, .down), (4, .errors), (5, .label), (6, .family),
    (7, .duplicates), (8, .id), (9, .score),
  ])
  func sortsByEveryColumnInTurn(presses: Int, column: SortColumn) throws {
    var story = try story()
    for _ in 0..<presses { story.press("s") }
    #expect(story.state.currentOrder?.query.sort == column)
    #expect(Set(ids(story)).count == 13)
    let selected = story.state.row.map { Sample.analyses[0].scores.ids[$0] }
    #expect(selected == ids(story).first, "sorting shows the top of the list")
    #expect(story.lines[1].contains("sort \(column.title) "))
  }

  @Test func sortsIDsBothWays() throws {
    var story = try story()
    for _ in 0..<8 { story.press("s") }
    let ascending = ids(story)
    #expect(ascending == ascending.sorted())
    story.press("S")
    #expect(ids(story) == ascending.reversed())
  }

  @Test(arguments: [
    ("label=member", 6), ("label!=member", 7), ("family=ticket", 2), ("family~let", 8),
    ("class=forced_no_errors", 1), ("score>10", 3), ("P>=5.5 N<=0.5", 1), ("errors<1", 1),
    ("text~TICKET", 1), ("text~\"your ticket\"", 1), ("primary=no", 1), ("duplicates>=16", 1),
    ("id=still-1", 1), ("id~other", 4), ("label=member family=ticket class=ordinary", 1),
    ("p<0.5 label=non-member", 2), ("label=member|unknown", 8), ("not label=member", 7),
    ("not family=ticket|notice", 9), ("family!=ticket|notice", 9), ("score=0..11", 10),
    ("tokens=24", 9), ("tokens>9", 10), ("meta.family=ticket", 2), ("not primary", 1),
    ("primary", 12), ("text~\"a|b\"", 0), ("verdict=none", 13), ("not verdict=leaked", 13),
  ])
  func filters(text: String, count: Int) throws {
    var story = try story()
    story.ask("f", text)
    #expect(story.state.currentOrder?.count == count)
    #expect(story.text.contains("\(count) of 13 sequences"))
    story.press("F")
    #expect(story.state.currentOrder?.count == 13)
  }

  @Test(arguments: [
    ("famly=ticket", "did you mean 'family'?"), ("family=tikcet", "family=ticket?"),
    ("label=members", "label=member?"), ("score>many", "compares with a number"),
    ("ticket", "try text~ticket"), ("text~\"open", "a quote is not closed"), ("p<", "p< what?"),
    ("primary=maybe", "primary=yes|no"), ("zzzzzzzz=1", "there is label"), ("not", "not what?"),
    ("score=3..2", "score=2..3"),
    ("label=member|memer", "label=member?"), ("score>1|2", "takes one number"),
  ])
  func saysWhatIsWrongWithAFilter(text: String, message: String) throws {
    var story = try story()
    story.press("f")
    story.type(text)
    #expect(story.text.contains(message))
    story.press("enter")
    #expect(story.state.prompt != nil, "what is wrong stays to be put right")
    story.press("esc")
    #expect(story.state.currentOrder?.count == 13)
  }

  /// A filter holds whole or not at all.
  @Test func aWrongConditionLeavesTheFilterBefore() throws {
    var story = try story()
    story.ask("f", "label=member")
    story.press("f")
    story.type("family=ticket")
    #expect(story.state.currentOrder?.count == 2)
    story.type(" zone=1")
    #expect(story.state.currentOrder?.count == 6, "the valid part does not apply alone")
    #expect(story.lines[1].contains("no 'zone'"), "and it is said why, in a line of its own")
  }

  @Test func completesNamesAndValues() throws {
    var story = try story()
    story.press("f")
    story.type("lab")
    story.press("tab")
    #expect(story.state.prompt?.input.text == "label=")
    story.type("mem")
    story.press("tab")
    #expect(story.state.prompt?.input.text == "label=member")
    story.type(" famil")
    story.press("tab")
    story.type("t")
    story.press("tab")
    #expect(story.state.prompt?.input.text == "label=member family=ticket")
    #expect(story.state.currentOrder?.count == 2)
  }

  @Test func edgeCasesShareALine() throws {
    let scores = Sample.ladder(members: 12, nonMembers: 20)
    let statuses = scores.indices.map { $0 < 4 ? ScoreStatus.forcedN0 : .ordinary }
    let table = ScoreTable(
      run: Run(name: "edges"), ids: TextColumn(scores.map(\.id)), labels: scores.map(\.label),
      columns: [ScoreColumn(attack: "ez", values: scores.map(\.score), statuses: statuses)])
    let experiment = ExperimentSnapshot(Experiment(name: "edges", runs: [.scores(table)]))
    var story = try Story(
      120, 30, on: .sequences, experiment: experiment, analyses: Sample.analyses(of: experiment))
    #expect(story.text.contains("4 edge cases ranked first by rule: 4 with N=0; Enter unfolds"))
    let order = try #require(story.state.currentOrder)
    #expect(order.count == 29 && order.passing == 32)
    #expect(story.state.row == order.row(1), "the first sequence is looked at, not the line")
    story.press("k", "enter")
    #expect(story.state.currentOrder?.count == 33)
    #expect(story.text.contains("Enter folds"))
    story.press("enter")
    #expect(story.state.currentOrder?.count == 29)
    story.ask("f", "class=forced_n0")
    story.press("g", "j")
    #expect(story.text.contains("4 edge cases"))
    story.ask("/", "m1")
    #expect(story.state.currentOrder?.edgeCases.isEmpty == true, "a search looks everywhere")
  }

  @Test func headlineComesFirst() throws {
    let story = try story()
    let order = try #require(story.state.currentOrder)
    #expect(ids(story).last == "canary-0", "it scores highest of all that have a number")
    #expect(order.outsideStart == 12)
    #expect(story.text.contains("1 not in the figures"))
  }

  @Test func previewsTheSequenceUnderTheCursor() throws {
    var story = try story(120, 40)
    story.press("j", "j")
    #expect(story.text.contains("Dear Anna, your ticket number is now set 7741"))
    #expect(story.style(of: "ticket number")?.role != .textDim)
    #expect(story.text.contains("+3.0  7741"), "the strongest token stands in the list")
    #expect(story.lines.contains { $0.contains("non-members as high") })
    for size in [(60, 20), (80, 24), (200, 60)] {
      story.resize(size.0, size.1)
      #expect(story.text.contains("ticket-1"))
      #expect(story.lines.contains { $0.contains("ticket number") })
    }
  }

  @Test func escapeReturnsToTheFilterBefore() throws {
    var story = try story()
    story.ask("f", "label=member")
    story.press("f")
    story.type("family=ticket")
    #expect(story.state.currentOrder?.count == 2)
    story.press("esc")
    #expect(story.state.currentOrder?.count == 6)
  }

  @Test func saysWhenNothingPasses() throws {
    var story = try story()
    story.ask("f", "label=unknown errors>50")
    #expect(story.text.contains("No sequence passes the filter"))
    #expect(story.text.contains("show all sequences"))
    story.press("j", "enter", "G", "s")
    #expect(story.state.currentOrder?.count == 0)
  }

  @Test func searchesTextsAndIDs() throws {
    var story = try story()
    story.press("/")
    story.type("OTHER-")
    #expect(story.text.contains("1 of 4"))
    story.press("enter", "n")
    #expect(story.text.contains("2 of 4"))
    #expect(story.style(of: "other-")?.role == .searchMatch)
    story.press("n", "n", "n")
    #expect(story.text.contains("1 of 4, from the top again"))
    story.press("N")
    #expect(story.text.contains("4 of 4, from the end again"))
    story.ask("/", "nothing like it")
    story.press("n")
    #expect(story.text.contains("No sequence contains"))
  }

  @Test func showsTheMatchDeepInsideAText() throws {
    var story = try story()
    story.ask("/", "7741")
    let found = story.frame.cells.filter { $0.style.role == .searchMatch }
    #expect(found.map(\.glyph.text).joined() == "7741")
  }

  @Test func entersAndReturns() throws {
    var story = try story()
    story.press("j", "j", "enter")
    #expect(story.state.screen == .tokens)
    #expect(story.text.contains("ticket-1"))
    story.press("J", "esc")
    #expect(story.state.screen == .sequences)
    #expect(story.state.sequences.list.selected == 3)
  }

  @Test func clickSelectsAndHeadersSort() throws {
    var story = try story()
    story.click(on: "ticket-1")
    #expect(story.state.row == 0)
    story.click(on: "family ")
    #expect(story.state.currentOrder?.query.sort == .family)
    let header = try #require(story.lines[2].firstRange(of: "family ▲"))
    story.click(TextMeasure.width(String(story.lines[2][..<header.lowerBound])), 2)
    #expect(story.state.currentOrder?.query.direction == .descending)
  }

  @Test func draggingPicksRowsAlong() throws {
    var story = try story()
    let first = try #require(story.place(of: "ticket-1"))
    story.mouse(.press(.left), first.x, first.y)
    story.mouse(.drag(.left), first.x + 3, first.y)
    #expect(story.state.sequences.picked.isEmpty, "a hand that shakes picks nothing")
    story.mouse(.drag(.left), first.x, first.y + 3)
    #expect(story.state.sequences.picked == Set(ids(story)[2...5]))
    story.mouse(.drag(.left), first.x, first.y + 1)
    #expect(story.state.sequences.picked == Set(ids(story)[2...3]), "and lets go on the way back")
    story.mouse(.release(.left), first.x, first.y + 1)
    // Another drag adds to them.
    story.mouse(.press(.left), first.x, first.y + 4)
    story.mouse(.drag(.left), first.x, first.y + 5)
    #expect(story.state.sequences.picked == Set(ids(story)[2...3] + ids(story)[6...7]))
    story.press("m l")
    #expect(story.state.triage.log.judgements.count == 4)
    #expect(story.state.sequences.picked.isEmpty)
  }

  @Test func aClickWithControlPicksOne() throws {
    var story = try story()
    let place = try #require(story.place(of: "ticket-1"))
    for y in [place.y, place.y + 2] { story.mouse(.press(.left), place.x, y, .control) }
    #expect(story.state.sequences.picked == [ids(story)[2], ids(story)[4]])
    story.mouse(.press(.left), place.x, place.y, .control)
    #expect(story.state.sequences.picked == [ids(story)[4]])
  }

  @Test func wheelScrollsTheList() throws {
    var story = try Story(100, 14, on: .sequences)
    story.mouse(.wheel(.down), 10, 6)
    #expect(story.state.sequences.list.top == 3)
  }

  @Test func staleAnswersChangeNothing() throws {
    var story = try story()
    story.isPatient = true
    story.press("S")
    story.press("s")
    #expect(story.held.count == 2)
    let before = story.state.currentOrder
    #expect(before?.query.sort == .score && before?.query.direction == .descending)
    #expect(story.text.contains("sorting"))
    // The later request is answered first; the earlier one, too late, must not undo it.
    story.answerHeld(reversed: true)
    #expect(story.state.currentOrder?.query.sort == .pValue)
    #expect(story.held.isEmpty)
  }

  @Test func aSearchEnteredBeforeItIsAnsweredStillFinds() throws {
    var story = try story()
    story.isPatient = true
    story.ask("/", "other-3")
    story.answerHeld()
    #expect(story.state.analysis?.scores.ids[try #require(story.state.row)] == "other-3")
    // Found once: sorting afterwards shows the top of the list.
    story.press("s")
    story.answerHeld()
    #expect(story.state.row == story.state.currentOrder?.row(0))
  }

  @Test func keepsTheOldListUntilAnotherRunsIsThere() throws {
    var story = try story()
    story.isPatient = true
    story.press("j", "j", ">")
    #expect(story.text.contains("ticket-1"))
    #expect(story.state.analysis?.run.name == "lora-e3")
    story.answerHeld()
    #expect(story.state.currentOrder?.analysis.run.name == "lora-e3")
    #expect(story.state.row == 0, "the same sequence in the other run")
  }

  @Test func saysWhatIsBeingScored() throws {
    var story = try Story(100, 30, on: .sequences, analyses: nil)
    story.send(.progress(WorkProgress(task: "Scoring full-e3", done: 1, total: 4)))
    #expect(story.text.contains("Scoring full-e3"))
    #expect(story.text.contains("25%"))
    story.press("j", "s", "f", "/", "n", "enter", "y")
  }

  @Test func scoresOnlyRunsHaveNoTexts() throws {
    var story = try Story(120, 30, on: .sequences, experiment: scoresOnly, analyses: analyses)
    #expect(story.text.contains("scores only"))
    #expect(!story.text.contains(" text "))
    story.press("enter")
    #expect(story.text.contains("No token evidence for scores"))
    #expect(story.text.contains("No run of this experiment has it"))
  }

  @Test func saysWhyNothingIsScored() throws {
    let table = Sample.table(
      Sample.run("bare", .full), Sample.sequences, columns: [])
    let chunk = try EvidenceChunk(.init(ids: TextColumn(["a"])))
    _ = table
    let bare = ExperimentSnapshot(
      Experiment(
        name: "bare", runs: [.evidence(EvidenceTable(run: Run(name: "bare"), chunks: [chunk]))]))
    let story = try Story(
      100, 40, on: .sequences, experiment: bare, analyses: Sample.analyses(of: bare))
    #expect(story.text.contains("No scores for bare"))
    #expect(story.text.contains("target.logprobs"))
  }

  @Test func copiesTheSelectedSequence() throws {
    var story = try story()
    story.press("j", "j", "y")
    #expect(story.copied.first?.hasPrefix("ticket-1\tDear Anna, your ticket") == true)
  }

  private var scoresOnly: ExperimentSnapshot {
    let column = ScoreColumn(
      attack: "ez", values: [3, 2, 1], statuses: [.ordinary, .ordinary, .ordinary])
    return ExperimentSnapshot(
      Experiment(
        name: "scores",
        runs: [
          .scores(
            ScoreTable(
              run: Run(name: "scores"), ids: TextColumn(["a", "b", "c"]),
              labels: [.member, .nonMember, .unknown], columns: [column]))
        ]))
  }
  private var analyses: [RunAnalysis] { Sample.analyses(of: scoresOnly) }
}

@Suite struct LongListTests {
  @Test func hundredsOfThousandsOfRowsStaySmooth() throws {
    let count = 300_000
    let column = ScoreColumn(
      attack: "ez", values: (0..<count).map { Double($0 * 7919 % count) / 1000 },
      statuses: Array(repeating: .ordinary, count: count))
    let table = ScoreTable(
      run: Run(name: "many"), ids: TextColumn((0..<count).map { "row-\($0)" }),
      labels: (0..<count).map { $0 % 2 == 0 ? .member : .nonMember }, columns: [column])
    let experiment = ExperimentSnapshot(Experiment(name: "many", runs: [.scores(table)]))
    var story = try Story(
      160, 50, on: .sequences, experiment: experiment, analyses: Sample.analyses(of: experiment))
    story.press("G")
    #expect(story.state.sequences.list.selected == count - 1)
    let time = processorTime {
      for _ in 0..<20 {
        story.press("k", "pageup", "j", "ctrl-u")
        _ = story.frame
      }
    }
    #expect(time < .seconds(2), "80 keys and 20 frames took \(time)")
  }
}
