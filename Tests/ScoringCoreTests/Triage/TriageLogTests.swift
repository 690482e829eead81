import ScoringCore
import Testing

@Suite struct TriageLogTests {
  @Test func verdictsHaveDistinctNamesKeysAndSymbols() {
    let all = Verdict.allCases
    let distinct = [
      Set(all.map(\.name)).count, Set(all.map(\.key)).count, Set(all.map(\.symbol)).count,
    ]
    #expect(distinct == [4, 4, 4])
    #expect(all.map { Verdict(name: $0.name.uppercased()) } == all)
    #expect(["", "maybe", "leak"].map { Verdict(name: $0) } == [.unjudged, nil, nil])
  }

  @Test func aMarkShowsAtOnceAndIsSavedOnlyWhenAcknowledged() throws {
    var log = TriageLog()
    let marked = log.mark(["a", "b", "a"], .leaked, by: "me", at: 7)
    let step = try #require(marked)
    let before = (log.judgement(of: "a").verdict, log.isSaved("a"), step.changes.count)
    #expect(before == (.leaked, false, 2))
    log.settle(step.changes, finishing: step.number, recorded: step.changes)
    #expect(log.isSaved("a") && log.unsaved.isEmpty)
    #expect(log.history.map(\.time) == [7, 7])
    let repeated = log.mark(["a"], .leaked, by: "me", at: 8)
    #expect(repeated == nil)
  }

  @Test func progressCountsVerdictsAndNotNotes() {
    var log = TriageLog(["a": Judgement(.benign), "b": .none])
    _ = log.mark(["c", "d"], .leaked, by: "me", at: 0)
    _ = log.annotate(["e"], "odd", by: "me", at: 0)
    _ = log.mark(["d"], .unsure, by: "me", at: 0)
    #expect(log.progress(total: 8) == TriageProgress(leaked: 1, benign: 1, unsure: 1, total: 8))
    #expect(log.progress(among: ["a", "e", "c"]) == TriageProgress(leaked: 1, benign: 1, total: 3))
    #expect(log.progress(total: 8).fraction == 0.375)
  }

  @Test func undoLeavesWhatOthersDidSince() throws {
    var log = TriageLog()
    let marked = log.mark(["a", "b"], .leaked, by: "me", at: 0)
    let mine = try #require(marked)
    log.settle(mine.changes, finishing: mine.number, recorded: mine.changes)
    let theirs = [
      TriageChange(id: "a", from: Judgement(.leaked), to: Judgement(.benign), by: "you", at: 1),
      TriageChange(
        id: "b", from: Judgement(.leaked), to: Judgement(.leaked, note: "why"), by: "you", at: 1),
    ]
    log.settle(theirs)
    let takenBack = log.undo(by: "me", at: 2)
    let undone = try #require(takenBack)
    #expect(undone.skipped == 1)
    #expect(log.judgement(of: "a") == Judgement(.benign))
    #expect(log.judgement(of: "b") == Judgement(note: "why"))
  }

  @Test func undoLeadsBackToWhatSomebodyFasterHadStored() throws {
    var log = TriageLog()
    let marked = log.mark(["a"], .leaked, by: "me", at: 1)
    let mine = try #require(marked)
    let theirs = TriageChange(id: "a", from: .none, to: Judgement(.benign), by: "you", at: 0)
    let really = TriageChange(
      id: "a", from: Judgement(.benign), to: Judgement(.leaked), by: "me", at: 1)
    log.settle([theirs, really], finishing: mine.number, recorded: [really])
    _ = log.undo(by: "me", at: 2)
    #expect(log.judgement(of: "a") == Judgement(.benign))
  }

  /// One session against a list of snapshots, with acknowledgements arriving whenever they like.
  @Test(arguments: 1...40) func randomActsMatchSnapshots(seed: Int) {
    var random = SmallRandom(seed)
    var log = TriageLog()
    var states: [[String: Judgement]] = [[:]]
    var place = 0
    for time in 0..<200 {
      let ids = (0...random.below(3)).map { _ in "s\(random.below(6))" }
      let before = log.judgements
      switch random.below(7) {
      case 0, 1: _ = log.mark(ids, Verdict.allCases[random.below(4)], by: "me", at: Int64(time))
      case 2: _ = log.annotate(ids, "n\(random.below(3))", by: "me", at: Int64(time))
      case 3, 4:
        let undone = log.undo(by: "me", at: Int64(time))
        #expect((undone != nil) == (place > 0), "seed \(seed)")
        place = max(0, place - 1)
      case 5:
        let redone = log.redo(by: "me", at: Int64(time))
        #expect((redone != nil) == (place + 1 < states.count), "seed \(seed)")
        place = min(states.count - 1, place + 1)
      default:
        if let step = log.unsaved.first {
          log.settle(step.changes, finishing: step.number, recorded: step.changes)
        }
        #expect(log.judgements == before, "seed \(seed)")
      }
      if log.judgements != states[place] {
        states.removeSubrange((place + 1)...)
        states.append(log.judgements)
        place += 1
      }
    }
    while let step = log.unsaved.first {
      log.settle(step.changes, finishing: step.number, recorded: step.changes)
    }
    #expect(replay(log.history) == log.judgements, "seed \(seed)")
    let counted = log.progress(among: (0..<6).map { "s\($0)" })
    #expect(log.progress(total: 6) == counted, "seed \(seed)")
  }

  /// Two sessions and a store that applies their steps in some order: all end with the same picture.
  @Test(arguments: 1...40) func twoSessionsConverge(seed: Int) {
    var random = SmallRandom(seed)
    var store = ModelStore()
    var logs = [TriageLog(), TriageLog()]
    var heard = [0, 0]
    for time in 0..<300 {
      let who = random.below(2)
      let id = "s\(random.below(4))"
      switch random.below(6) {
      case 0: _ = logs[who].mark([id], Verdict.allCases[random.below(4)], by: "\(who)", at: 0)
      case 1: _ = logs[who].annotate([id], "n\(time)", by: "\(who)", at: 0)
      case 2: _ = logs[who].undo(by: "\(who)", at: 0)
      case 3: _ = logs[who].redo(by: "\(who)", at: 0)
      case 4: store.report(to: &logs[who], from: &heard[who], saving: nil)
      default: store.report(to: &logs[who], from: &heard[who], saving: logs[who].unsaved.first)
      }
    }
    for who in [0, 1, 0, 1] {
      repeat {
        store.report(to: &logs[who], from: &heard[who], saving: logs[who].unsaved.first)
      } while !logs[who].unsaved.isEmpty
    }
    #expect(logs[0].judgements == replay(store.changes), "seed \(seed)")
    #expect(logs[1].judgements == replay(store.changes), "seed \(seed)")
    #expect(logs[0].history == store.changes, "seed \(seed)")
  }
}

private struct ModelStore {
  var changes: [TriageChange] = []

  mutating func report(to log: inout TriageLog, from heard: inout Int, saving step: TriageStep?) {
    var recorded: [TriageChange] = []
    for var change in step?.changes ?? [] {
      let old = replay(changes)[change.id] ?? .none
      let new = old.applying(from: change.old, to: change.new)
      guard old != new else { continue }
      (change.old, change.new) = (old, new)
      recorded.append(change)
      changes.append(change)
    }
    log.settle(Array(changes[heard...]), finishing: step?.number, recorded: recorded)
    heard = changes.count
  }
}

private func replay(_ changes: [TriageChange]) -> [String: Judgement] {
  var result: [String: Judgement] = [:]
  for change in changes { result[change.id] = change.new.isEmpty ? nil : change.new }
  return result
}

private struct SmallRandom {
  var state: UInt64

  init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 }

  mutating func below(_ bound: Int) -> Int {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Int((state >> 33) % UInt64(bound))
  }
}
