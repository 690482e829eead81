import EvidenceIO
import Foundation
import TestSupport
import Testing
import TriageStore

@testable import ezscope

/// Whether files changed is told once for each change, and only then.
@Suite struct EvidenceWatchTests {
  private func changes(
    _ sources: EvidenceSources, _ change: () throws -> Void
  ) async throws -> Bool {
    let (stream, told) = AsyncStream<Void>.makeStream()
    let watch = EvidenceWatch(pause: .zero) { told.yield() }
    watch.open(sources)
    try change()
    watch.look()
    watch.finish()
    told.finish()
    return await stream.reduce(0) { count, _ in count + 1 } == 1
  }

  @Test func tellsOfWhatChanged() async throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("run.jsonl", "one\n")
    let sources = EvidenceSources([folder.path])
    #expect(
      try await changes(EvidenceSources([file])) { _ = try folder.write("b.txt", "1") } == false)
    #expect(try await changes(sources) {} == false)
    #expect(try await changes(sources) { _ = try folder.write("run.jsonl", "one\ntwo\n") })
    #expect(try await changes(sources) { _ = try folder.write("second.jsonl", "one\n") })
    #expect(
      try await changes(sources) { _ = try folder.write(StorePlace.fileName, "x") } == false,
      "verdicts are no evidence")
    #expect(try await changes(EvidenceSources(["-"])) {} == false)
  }
}
