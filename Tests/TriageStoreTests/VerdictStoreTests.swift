import Foundation
import Glibc
import ScoringCore
import Synchronization
import Testing
import TestSupport

@testable import TriageStore

@Suite struct VerdictStoreTests {
  @Test func judgementsAndTheirHistorySurviveClosing() throws {
    let folder = try TemporaryFolder()
    let store = try folder.open()
    _ = try store.load()
    _ = try store.append(mark(1, ["a", "nul\u{0}\\u{0}"], .leaked, note: "n\u{0}"))
    _ = try store.append(mark(2, ["a"], .benign))
    _ = store.finish(within: 5)
    let again = try folder.open()
    let expected = [
      "a": Judgement(.benign, note: "n\u{0}"),
      "nul\u{0}\\u{0}": Judgement(.leaked, note: "n\u{0}"),
    ]
    #expect(try current(again) == expected)
    #expect(try again.history(of: "a").map(\.change.new.verdict) == [.leaked, .benign])
    #expect(try again.history(of: "nul\u{0}\\u{0}").map(\.origin) == [.mark])
    #expect(try current(folder.open("another experiment")).isEmpty)
  }

  @Test func commitsWaitForTheDisk() throws {
    let store = try TemporaryFolder().open()
    let journal = try store.perform { try $0.text("PRAGMA journal_mode") }
    let synchronous = try store.perform { try $0.number("PRAGMA synchronous") }
    #expect(journal == "wal" && synchronous == 2)
  }

  @Test func acknowledgementsComeLaterInOrderAndSettleALog() throws {
    let folder = try TemporaryFolder()
    let store = try folder.open()
    let log = Mutex(TriageLog(try current(store)))
    for number in 0..<30 {
      let step = log.withLock { log in
        number % 3 == 2
          ? log.undo(by: "me", at: 1)?.step
          : log.mark(["s\(number % 5)"], number % 2 == 0 ? .leaked : .unsure, by: "me", at: 1)
      }
      guard let step else { continue }
      store.append(step) { result in
        guard case .success(let receipt) = result else { return }
        log.withLock {
          $0.settle(receipt.delivered, finishing: receipt.step, recorded: receipt.recorded)
        }
      }
    }
    #expect(store.finish(within: 10).isEmpty)
    let settled = log.withLock { $0 }
    #expect(settled.unsaved.isEmpty && settled.history.count >= 20)
    #expect(try current(folder.open()) == settled.judgements)
  }

  @Test func changesOfAnotherProgramBecomeVisibleOnce() throws {
    let folder = try TemporaryFolder()
    let (mine, theirs) = (try folder.open(), try folder.open())
    _ = (try mine.load(), try theirs.load())
    _ = try theirs.append(mark(1, ["a"], .benign))
    let heard = Mutex<[TriageChange]>([])
    for _ in 0..<3 {
      mine.poll { result in heard.withLock { $0 += (try? result.get()) ?? [] } }
    }
    try mine.perform { _ in }
    #expect(heard.withLock { $0.map(\.id) } == ["a"])
    _ = try theirs.append(mark(2, ["b"], .benign))
    let receipt = try mine.append(mark(1, ["a", "b", "c"], .leaked, note: "x"))
    #expect(receipt.delivered.map(\.author) == ["me", "me", "me", "me"])
    #expect(receipt.recorded.map(\.old.verdict) == [.benign, .benign, .unjudged])
    _ = try theirs.append(mark(3, ["d"]))
    _ = try theirs.append(mark(4, ["d"]))
    #expect(try theirs.history(of: "d").count == 1)
  }

  @Test func aStepThatFailsKeepsItsPlaceAndIsTriedAgain() throws {
    let folder = try TemporaryFolder()
    let store = try folder.open()
    try FileManager.default.moveItem(atPath: folder.file, toPath: folder.file + ".away")
    let answers = Mutex<[String]>([])
    @Sendable func answer(_ result: Result<VerdictStore.Receipt, VerdictStoreError>) {
      answers.withLock {
        switch result {
        case .success(let receipt): $0.append("\(receipt.step)")
        case .failure(let error): $0.append("\(error.kind)")
        }
      }
    }
    store.append(mark(1, ["a"], .leaked), { answer($0) })
    try store.perform { _ in }
    store.append(mark(2, ["a"], .benign), { answer($0) })
    try store.perform { _ in }
    try FileManager.default.moveItem(atPath: folder.file + ".away", toPath: folder.file)
    store.retry()
    try store.perform { _ in }
    #expect(answers.withLock { $0 } == ["removed", "removed", "removed", "1", "2"])
    #expect(try current(store) == ["a": Judgement(.benign)])
  }

  @Test func twoWritersLoseNothing() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    try await withThrowingTaskGroup(of: Void.self) { group in
      for writer in 0..<2 {
        group.addTask {
          let store = try openStore(path)
          for number in 0..<100 {
            _ = try store.append(mark(number, ["own-\(writer)-\(number)"]))
            _ = try store.append(
              mark(number, ["shared"], number % 2 == writer ? .leaked : .benign))
          }
        }
      }
      try await group.waitForAll()
    }
    let store = try folder.open()
    #expect(try store.load().count == 201)
    let shared = try store.history(of: "shared").map(\.change)
    #expect(zip(shared, shared.dropFirst()).allSatisfy { $0.new == $1.old })
  }
}
