import Analysis
import ScoringCore
import TerminalUI
import Testing

@testable import Dashboard

@Suite struct TokensScreenTests {
  /// The screen on `ticket-1`, whose zone is tokens 3-4 and 8.
  private func ticket(_ width: Int = 120, _ height: Int = 30) throws -> Story {
    var story = try Story(width, height, on: .sequences)
    story.ask("f", "id=ticket-1")
    story.press("enter", "g")
    return story
  }

  @Test func titleEqualsTheScorer() throws {
    let story = try ticket()
    let column = try #require(Sample.analyses[0].scores.column("ez"))
    let zones = try #require(column.zones)
    #expect(zones.up[0] == 5.5 && zones.down[0] == 0.5 && column.values[0] == 11)
    #expect(story.text.contains("ez 11.000"))
    #expect(story.text.contains("P 5.50  N 0.50 nats  errors 3/8"))
    let measure = try #require(story.state.tokens.detail?.measure)
    #expect(measure.score == column[0])
    #expect(measure.masses.up == zones.up[0] && measure.masses.down == zones.down[0])
  }

  @Test func everyZoneAddsUpToWhatWasScored() throws {
    for analysis in Sample.analyses {
      let zones = try #require(analysis.scores.column("ez")?.zones)
      for row in 0..<analysis.count {
        let detail = try #require(SequenceDetail(analysis, row: row, attack: "ez"))
        let shifts = (0..<detail.count).filter(detail.isInZone).compactMap(detail.shift)
        let up = shifts.filter { $0 > 0 }.reduce(0, +)
        let down = -shifts.filter { $0 < 0 }.reduce(0, +)
        #expect(abs(up - zones.up[row]) < 1e-9 && abs(down - zones.down[row]) < 1e-9)
        #expect(detail.zones.reduce(0) { $0 + $1.count } == Int(zones.errors[row]))
      }
    }
  }

  /// The soft zone is everywhere, and what is tinted adds up to what was scored.
  @Test func theSoftZoneTintsEveryTextByWhatEachTokenAdds() throws {
    for analysis in Sample.analyses {
      let column = try #require(analysis.scores.column("soft-ez"))
      let zones = try #require(column.zones)
      for row in 0..<analysis.count where column[row].status == .ordinary {
        let detail = try #require(SequenceDetail(analysis, row: row, attack: "soft-ez"))
        let tints = (0..<detail.count).compactMap(detail.tint)
        let up = tints.filter { $0 > 0 }.reduce(0, +)
        let down = -tints.filter { $0 < 0 }.reduce(0, +)
        #expect(abs(up - zones.up[row]) < 1e-9 && abs(down - zones.down[row]) < 1e-9)
        #expect(tints.count == Int(zones.errors[row]))
        // Without a colour is only what no token moved in.
        #expect(tints.contains { $0 != 0 } == (up + down > 0))
        #expect((0..<detail.count).filter(detail.isInZone).count == tints.count)
      }
    }
  }

  /// A text without an error has no error zone; the soft zone colours it all the same.
  @Test func aTextWithoutErrorsIsNoEmptyPictureInTheSoftZone() throws {
    let analysis = Sample.analyses[0]
    let column = try #require(analysis.scores.column("ez"))
    let row = try #require(column.statuses.firstIndex(of: .forcedNoErrors))
    var story = try Story(120, 30, on: .sequences)
    story.ask("f", "id=\(analysis.scores.ids[row])")
    story.press("enter", "g")
    story.ask("e", "soft-ez")
    #expect(story.text.contains("what each token adds to soft-ez"))
    // Its weights are small: on a finer scale they show.
    story.press("-", "-", "-")
    let roles = Set(
      (0..<story.frame.size.height).flatMap { y in
        (0..<70).map { x in story.frame[Point(x: x, y: y)].style.role }
      })
    #expect(!roles.isDisjoint(with: Set(Role.shiftRamp).subtracting([.shiftZero])))
  }

  @Test func tintsTheZoneAndDimsTheRest() throws {
    var story = try ticket()
    #expect(story.style(of: " ticket number")?.role == .text)
    let place = try #require(story.place(of: "ticket number"))
    #expect(story.frame[place].style.role == .shiftUp2)
    let number = try #require(story.place(of: "number is"))
    #expect(story.frame[number].style.role == .shiftDown1)
    #expect(story.frame[Point(x: number.x + 7, y: number.y)].style.role == .tokenDim)
    story.press("a")
    #expect(story.frame[Point(x: number.x + 7, y: number.y)].style.role == .shiftZero)
    #expect(story.text.contains("≤−3"))
    #expect(story.text.contains("more likely: memorized"))
  }

  @Test func scaleWidensAndNarrows() throws {
    var story = try ticket()
    story.press("-")
    #expect(story.text.contains("≥+1.5"))
    #expect(story.style(of: "ticket number")?.role == .shiftUp3)
    story.press("+", "+")
    #expect(story.text.contains("≥+6"))
  }

  @Test(arguments: [
    (["]"], 3), (["]", "]"], 8), (["]", "]", "]"], 3), (["["], 8), (["}"], 3),
    (["}", "}"], 4), (["l", "l"], 2), (["h"], 0), (["G"], 9), (["G", "g"], 0), (["right"], 1),
    (["end"], 9), (["j"], 0),
  ])
  func cursorMoves(keys: [String], token: Int) throws {
    var story = try ticket()
    for key in keys { story.press(key) }
    #expect(story.state.tokens.cursor == token)
  }

  @Test func movesByLinesAndKeepsTheColumn() throws {
    var story = try ticket(40, 14)
    story.press("l", "l")
    let column = story.place(of: ", your")?.x
    #expect(column != nil)
    story.press("j")
    #expect((5...9).contains(story.state.tokens.cursor))
    story.press("k")
    #expect(story.state.tokens.cursor == 2)
  }

  @Test func wrapsWithANotice() throws {
    var story = try ticket()
    story.press("]", "]", "]")
    #expect(story.text.contains("error zone 1 of 2, from the start again"))
  }

  @Test func inspectsTheToken() throws {
    var story = try ticket()
    story.press("]", "]")
    let text = story.text
    for figure in [
      "\" 7741\"", "\" 1000\"", "8.2%", "ln -2.500", "0.41%", "+3.00", "×20", "54.5%",
      "of P", "token 8 of 9", "in the zone",
    ] { #expect(text.contains(figure), "\(figure)") }
    story.press("g")
    #expect(story.text.contains("nothing predicts it"))
  }

  @Test func opensOnTheStrongestShift() throws {
    var story = try Story(120, 30, on: .sequences)
    story.ask("f", "id=ticket-1")
    story.press("enter")
    #expect(story.state.tokens.cursor == 8)
  }

  @Test func stepsThroughTheListsOrder() throws {
    var story = try Story(120, 30, on: .sequences)
    story.press("enter")
    #expect(story.text.contains("clear-1") && story.text.contains("1 of 13"))
    story.press("J", "J")
    #expect(story.text.contains("ticket-1") && story.text.contains("3 of 13"))
    story.press("K")
    #expect(story.text.contains("up-1"))
    story.press("K", "K")
    #expect(story.text.contains("This is the first sequence"))
  }

  @Test(arguments: [
    (1, "loss in nats"), (2, "rank  1"), (3, "bits per token"), (4, "lowest 20%"),
    (5, "windows won"), (6, "more likely: memorized"),
  ])
  func everyViewHasItsLegend(presses: Int, legend: String) throws {
    var story = try ticket()
    for _ in 0..<presses { story.press("v") }
    #expect(story.text.contains(legend))
  }

  @Test func windowVotesAreTheScore() throws {
    let analysis = Sample.analyses[0]
    let wbc = try #require(analysis.scores.column("wbc"))
    for row in 0..<analysis.count {
      let detail = try #require(SequenceDetail(analysis, row: row, attack: "wbc"))
      let votes = TokenTint(.windows, detail, attack: "wbc").votes
      let share = votes.reduce(0) { $0 + Double($1.won) / Double($1.total) }
      #expect(abs(share / Double(votes.count) - wbc.values[row]) < 1e-12)
    }
  }

  @Test func minKMarksAreTheScore() throws {
    let analysis = Sample.analyses[0]
    let column = try #require(analysis.scores.column("min-k:k=20"))
    for row in 0..<analysis.count where column.statuses[row] == .ordinary {
      let detail = try #require(SequenceDetail(analysis, row: row, attack: column.attack))
      let kept = try #require(TokenTint(.minK, detail, attack: column.attack).kept)
      let values = zip(kept, detail.target ?? []).filter(\.0).map { Double($0.1) }
      #expect(abs(values.reduce(0, +) / Double(values.count) - column.values[row]) < 1e-6)
    }
  }

  @Test func searchesAcrossTokens() throws {
    var story = try ticket()
    story.press("/")
    story.type("TICKET NUM")
    #expect(story.text.contains("1 of 1"))
    story.press("enter")
    #expect(story.state.tokens.cursor == 3)
    story.press("g")
    #expect(story.style(of: "ticket number")?.role == .searchMatch)
    story.press("n", "n")
    #expect(story.text.contains("1 of 1, from the start again"))
    story.ask("/", "absent")
    #expect(story.text.contains("does not contain absent"))
  }

  @Test func clickMovesTheCursorAndSpacesShow() throws {
    var story = try ticket()
    story.click(on: "7741")
    #expect(story.state.tokens.cursor == 8)
    story.press("g", "W")
    #expect(story.text.contains("·ticket·number"))
  }

  @Test func resizingKeepsTheToken() throws {
    var story = try ticket(60, 14)
    story.press("]", "]")
    for size in [(40, 12), (200, 60), (44, 13), (120, 30)] {
      story.resize(size.0, size.1)
      #expect(story.state.tokens.cursor == 8)
      #expect(story.text.contains("7741"))
    }
  }

  @Test func missingColumnsAreNamed() throws {
    let bare = ExperimentSnapshot(
      Experiment(
        name: "bare",
        runs: [
          .evidence(
            Sample.table(Sample.run("bare", .full), Sample.sequences, columns: [.texts, .tokens]))
        ]))
    var story = try Story(
      140, 40, on: .tokens, experiment: bare, analyses: Sample.analyses(of: bare))
    #expect(story.text.contains("This run lacks reference.logprobs"))
    #expect(
      story.text.contains("reference.logprobs, target.ranks")
        || story.text.contains("not in this run"))
    story.press("v", "v")
    #expect(story.text.contains("This run lacks target.ranks"))
  }

  @Test func anotherRunKeepsTheToken() throws {
    var story = try ticket()
    story.press("F", "]", ">")
    #expect(story.state.tokens.detail?.analysis.run.name == "lora-e3")
    #expect(story.state.tokens.cursor == 3)
    #expect(story.text.contains("P 2.20  N 0.20"))
  }
}

@Suite struct TokenPeerTests {
  /// Where there is room the same text is read under other runs, the partner of Compare first.
  @Test func otherRunsAreReadBelow() throws {
    var story = try Story(200, 60, on: .tokens)
    let peers = story.state.tokens.peers.all
    let id = try #require(story.state.tokens.detail?.id)
    #expect(peers.first?.detail.analysis.run.name == "lora-e3")
    #expect(!peers.isEmpty && peers.allSatisfy { $0.detail.id == id && $0.isAligned })
    #expect(story.text.contains("lora-e3  ez "))
    story.press("J")
    let next = try #require(story.state.tokens.detail?.id)
    #expect(next != id && story.state.tokens.peers.all.allSatisfy { $0.detail.id == next })
    story.resize(60, 14)
    #expect(story.state.tokens.peers.all.isEmpty && !story.text.contains("lora-e3  ez "))
  }
}
