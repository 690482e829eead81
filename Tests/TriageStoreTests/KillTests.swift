import Foundation
import Glibc
import ScoringCore
import Testing
import TestSupport

@testable import TriageStore

/// Marks in a loop, reports each acknowledged id with one `write`, and is killed at a random moment.
@Suite(.serialized) struct KillTests {
  /// Set `EZSCOPE_KILL_ROUNDS` for a longer trial.
  static let rounds =
    Int(ProcessInfo.processInfo.environment["EZSCOPE_KILL_ROUNDS"] ?? "") ?? 20

  @Test func everyAcknowledgedMarkSurvivesAKill() async throws {
    let folder = try TemporaryFolder()
    var total = 0
    for round in 0..<Self.rounds {
      let path = folder.path
      let delay = UInt32.random(in: 0..<60_000)
      await #expect(processExitsWith: .signal(SIGKILL)) {
        [path = path as String, round = round as Int, delay = delay as UInt32] in
        try markUntilKilled(folder: path, round: round, after: delay)
      }
      let acknowledged = try String(contentsOfFile: path + "/acknowledged", encoding: .utf8)
        .split(separator: "\n").map(String.init)
      let store = try folder.open()
      let stored = try current(store)
      let lost = acknowledged.filter { stored[$0] == nil }
      #expect(lost.isEmpty, "round \(round), killed after \(delay) µs")
      // A step of two is there whole or not at all.
      let torn = Set(stored.keys.map { $0.hasSuffix("+") ? String($0.dropLast()) : $0 })
        .filter { stored[$0] == nil || stored[$0 + "+"] == nil }
      #expect(torn.isEmpty, "round \(round), killed after \(delay) µs")
      total = acknowledged.count
      _ = store.finish(within: 5)
    }
    #expect(total > Self.rounds)
  }

  @Test func twoProgramsWriteAtOnce() async throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    async let first: Void = markAHundred(path, "a")
    async let second: Void = markAHundred(path, "b")
    _ = await (first, second)
    let store = try folder.open()
    #expect(try store.load().count == 201)
    let shared = try store.history(of: "shared").map(\.change)
    #expect(zip(shared, shared.dropFirst()).allSatisfy { $0.new == $1.old })
  }

  private func markAHundred(_ path: String, _ writer: String) async {
    await #expect(processExitsWith: .success) { [path, writer] in
      let store = try openStore(path)
      for number in 0..<100 {
        _ = try store.append(mark(number, ["\(writer)\(number)"]))
        _ = try store.append(mark(number, ["shared"], number % 2 == 0 ? .leaked : .benign))
      }
    }
  }
}

private func markUntilKilled(folder: String, round: Int, after delay: UInt32) throws {
  let store = try openStore(folder)
  let report = open(folder + "/acknowledged", O_WRONLY | O_CREAT | O_APPEND, 0o600)
  Thread.detachNewThread {
    usleep(delay)
    kill(getpid(), SIGKILL)
  }
  var number = 0
  while true {
    let id = "\(round)-\(number)"
    number += 1
    store.append(mark(number, [id, id + "+"], note: "note of \(id)")) { result in
      guard case .success = result else { return }
      let line = Array("\(id)\n\(id)+\n".utf8)
      _ = write(report, line, line.count)
    }
    if number % 8 == 0 {
      _ = try store.append(mark(number, ["shared \(number)", "shared \(number)+"]))
    }
  }
}
