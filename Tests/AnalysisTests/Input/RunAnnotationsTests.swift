import ScoringCore
import Synchronization
import Testing

@testable import Analysis

@Suite struct RunAnnotationsTests {
  private final class Counter: Sendable {
    let count = Atomic<Int>(0)
    func add() { count.add(1, ordering: .relaxed) }
    var value: Int { count.load(ordering: .relaxed) }
  }

  @Test func parsedWhenAskedForAndOnce() {
    let (metadata, canaries) = (Counter(), Counter())
    let annotations = RunAnnotations(
      RunAnnotations.Parsers(
        metadata: {
          metadata.add()
          return Metadata(columns: [Metadata.Column(key: "canary", values: ["1"], codes: [0])])
        },
        canaries: { known in
          canaries.add()
          return known.column("canary") == nil
            ? [] : [Canary(sequence: 0, isControl: false, secret: nil, duplicates: nil)]
        },
        continuations: { ContinuationReading(ContinuationTable([]), unreadable: nil) }))
    #expect(metadata.value == 0)
    for _ in 0..<3 {
      #expect(annotations.canaries.count == 1)
      #expect(annotations.metadata.columns.count == 1)
    }
    #expect(metadata.value == 1 && canaries.value == 1)
  }
}
