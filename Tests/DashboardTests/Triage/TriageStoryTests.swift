import ScoringCore
import TerminalUI
import Testing

@testable import Dashboard

extension Story {
  /// What the dashboard asked to store, oldest first.
  var steps: [TriageStep] {
    effects.compactMap { if case .record(let step) = $0 { step } else { nil } }
  }

  /// Says that a step is stored, the way the store would: exactly as asked, and nothing else.
  mutating func store(_ step: TriageStep) {
    send(.verdictsSaved(step: step.number, recorded: step.changes, delivered: step.changes))
  }

  mutating func storeLast() { if let step = steps.last { store(step) } }

  func judgement(_ id: String) -> Judgement { state.triage.log.judgement(of: id) }

  /// Whom the store says has done what.
  static func change(_ id: String, _ verdict: Verdict, note: String = "") -> TriageChange {
    TriageChange(
      id: id, from: .none, to: Judgement(verdict, note: note), by: "ann@there", at: 1_700_000_000)
  }
}

/// Judging, key by key, on the list and on the tokens.
@Suite struct TriageStoryTests {
  private func story(
    on screen: ScreenID = .sequences, width: Int = 160, stored: [TriageChange] = []
  ) throws -> Story {
    var story = try Story(width, 40, on: screen)
    story.send(.verdictsLoaded(stored, total: 13, place: nil))
    return story
  }

  private func ids(_ story: Story) -> [String] {
    let order = story.state.currentOrder
    return (order?.rows ?? []).map { order?.analysis.scores.ids[Int($0)] ?? "" }
  }

  @Test(
    "each verdict by its keys, on both screens",
    arguments: [ScreenID.sequences, .tokens],
    [("m l", Verdict.leaked), ("m b", .benign), ("m u", .unsure)])
  func marks(screen: ScreenID, key: (String, Verdict)) throws {
    var story = try story(on: screen)
    #expect(story.state.selectedID == "clear-1")
    story.press(key.0)
    #expect(story.judgement("clear-1").verdict == key.1)
    #expect(story.steps.map(\.changes.count) == [1])
    #expect(story.text.contains("\(key.1.symbol) \(key.1.name)…"), "\(story.text)")
    let stays = story.state.selectedID == "clear-1"
    #expect(stays == (screen == .tokens), "in a list the next one waits to be judged")
    story.storeLast()
    #expect(story.text.contains("\(key.1.symbol) \(key.1.name) "))
    #expect(!story.text.contains("\(key.1.name)…"))
    if screen == .sequences { story.press("k") }
    story.press("m c")
    #expect(story.judgement("clear-1") == .none)
    #expect(story.steps.count == 2)
  }

  @Test("a mark is dim with a sign until it is stored, then in its colour")
  func pending() throws {
    var story = try story()
    story.press("m l")
    #expect(story.style(of: "! leaked")?.role == .textDim)
    story.storeLast()
    #expect(story.style(of: "! leaked")?.role == .verdictLeaked)
    #expect(story.text.contains("1 of 13 judged · 1 leaked"))
  }

  @Test("ASCII terminals get ASCII signs")
  func ascii() throws {
    var story = try Story(160, 40, on: .sequences, glyphs: GlyphSet.ascii)
    story.press("m l")
    #expect(story.text.contains("! leaked~"))
    #expect(story.text.allSatisfy { $0.isASCII })
  }

  @Test("the same verdict again stores nothing and says so")
  func again() throws {
    var story = try story()
    story.press("m b", "k", "m b")
    #expect(story.steps.count == 1)
    #expect(story.state.notice?.text == "clear-1 is benign already")
  }

  @Test("notes are written, changed, given up and removed")
  func notes() throws {
    var story = try story(on: .tokens)
    story.ask("m n", "  a licence  ")
    #expect(story.judgement("clear-1") == Judgement(.unjudged, note: "a licence"))
    #expect(story.text.contains("a licence"))
    story.press("m n")
    #expect(story.text.contains("note  a licence") || story.text.contains("note a licence"))
    story.type(" text")
    story.press("escape")
    #expect(story.judgement("clear-1").note == "a licence")
    story.press("m l", "m n")
    story.type(", \u{1B}[31mred")
    story.press("enter")
    #expect(story.judgement("clear-1").verdict == .leaked)
    #expect(story.judgement("clear-1").note.hasPrefix("a licence, "))
    #expect(!story.text.contains("\u{1B}"))
    story.press("m n", "ctrl-u", "enter")
    #expect(story.judgement("clear-1") == Judgement(.leaked))
    #expect(story.steps.count == 4)
  }

  @Test("pasted lines become one note and run no keys")
  func pastedNotes() throws {
    var story = try story()
    story.press("m n")
    story.paste("first\nm b\nq")
    story.press("enter")
    #expect(story.judgement("clear-1") == Judgement(.unjudged, note: "first m b q"))
    #expect(story.text.contains("* first m b q"))
  }

  @Test("undo and redo go back and forth, and stop at the ends")
  func undo() throws {
    var story = try story()
    story.press("m l", "m b", "u")
    #expect(story.judgement("up-1") == .none)
    #expect(
      story.state.notice?.text
        == "Taken back: the verdict benign on up-1; it has no verdict now")
    story.press("u")
    #expect(story.judgement("clear-1") == .none)
    story.press("u")
    #expect(story.state.notice?.text == "There is nothing to take back")
    story.press("ctrl-r", "ctrl-r")
    #expect(story.judgement("clear-1").verdict == .leaked)
    #expect(story.judgement("up-1").verdict == .benign)
    story.press("ctrl-r")
    #expect(story.state.notice?.text == "There is nothing to repeat")
    #expect(story.steps.map(\.origin) == [.mark, .mark, .undo, .undo, .redo, .redo])
  }

  @Test("all listed are marked after a yes, in one step that one undo takes back")
  func markAll() throws {
    var story = try story()
    story.ask("f", "label=member")
    story.press("m L")
    #expect(story.text.contains("Mark 6 sequences leaked? y/n"))
    #expect(story.steps.isEmpty)
    story.press("y")
    #expect(story.steps.map(\.changes.count) == [6])
    #expect(story.state.triage.progress?.leaked == 6)
    #expect(story.text.contains("6 sequences marked leaked; u takes it back"))
    story.press("u")
    #expect(story.state.triage.log.judgements.isEmpty)
    story.press("m C", "y")
    #expect(story.state.notice?.text == "All of them have that verdict already")
  }

  @Test("anything but a plain y is a no", arguments: ["n", "escape", "enter", "q", "Y", "ctrl-y"])
  func markAllRefused(key: String) throws {
    var story = try story()
    story.press("m B")
    story.paste("y")
    #expect(story.steps.isEmpty)
    story.press(key)
    #expect(story.steps.isEmpty && story.state.triage.log.judgements.isEmpty)
    #expect(story.state.prompt == nil && story.state.screen == .sequences)
  }

  @Test("the next open sequence, over the end and back to the top")
  func nextOpen() throws {
    let stored = ["up-1", "ticket-1"].map { Story.change($0, .benign) }
    var story = try story(stored: stored)
    story.press("o")
    #expect(story.state.selectedID == ids(story)[3])
    story.press("G", "o")
    #expect(story.state.selectedID == "clear-1")
    story.press("m U", "y", "o")
    #expect(story.state.notice?.text == "Every sequence listed is judged")
  }

  @Test(
    "filters by what people decided",
    arguments: [
      ("verdict=leaked", ["clear-1"]), ("verdict=benign", ["up-1"]),
      ("verdict!=none", ["clear-1", "up-1", "still-1"]), ("note~INVOICE", ["still-1"]),
      ("verdict=unsure label=unknown", ["still-1"]),
    ] as [(String, [String])])
  func filters(filter: String, expected: [String]) throws {
    let stored = [
      Story.change("clear-1", .leaked), Story.change("up-1", .benign),
      Story.change("still-1", .unsure, note: "an invoice"),
    ]
    var story = try story(stored: stored)
    story.ask("f", filter)
    #expect(ids(story) == expected)
    story.ask("f", "F")
    #expect(story.state.sequences.query.problem != nil)
  }

  @Test("picked sequences are judged together, in one step")
  func picks() throws {
    var story = try story()
    story.press("space", "j", "space")
    #expect(story.state.sequences.picked == ["clear-1", "ticket-1"])
    #expect(story.text.contains("2 picked"))
    story.press("m l")
    #expect(story.steps.map(\.changes.count) == [2])
    #expect(story.judgement("ticket-1").verdict == .leaked)
    #expect(story.state.sequences.picked.isEmpty)
    story.press("u")
    #expect(story.state.triage.log.judgements.isEmpty)
  }

  @Test("a sequence judged leaves the filter, and the next one is under the hand")
  func theNextIsUnderTheHand() throws {
    var story = try story(stored: [Story.change("up-1", .leaked)])
    story.ask("f", "verdict=none")
    #expect(ids(story).count == 12 && !ids(story).contains("up-1"))
    story.press("m l")
    #expect(story.state.selectedID == "ticket-1" && ids(story).count == 11)
    story.storeLast()
    story.ask("m n", "mine")
    #expect(story.judgement("ticket-1") == Judgement(.unjudged, note: "mine"))
    story.press("m b")
    #expect(!ids(story).contains("ticket-1") && story.state.selectedID == ids(story)[0])
    story.press("u")
    #expect(ids(story).contains("ticket-1"))
  }

  @Test("a wrong verdict in a filter is named with the right ones")
  func wrongFilter() throws {
    var story = try story()
    story.press("f")
    story.type("verdict=leakd")
    #expect(story.text.contains("verdict=leaked? there is no 'leakd'"))
  }
}
