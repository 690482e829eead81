import ScoringCore
import Synchronization

/// What a run's evidence says of its sequences beside numbers: `meta`, canaries, continuations.
///
/// Each is parsed when first asked for, and once, however many analyses ask.
package final class RunAnnotations: Sendable {
  /// Who parses them: whoever read the evidence.
  package struct Parsers: Sendable {
    package var metadata: @Sendable () -> Metadata
    package var canaries: @Sendable (Metadata) -> [Canary]
    package var continuations: @Sendable () -> ContinuationReading

    package init(
      metadata: @escaping @Sendable () -> Metadata,
      canaries: @escaping @Sendable (Metadata) -> [Canary],
      continuations: @escaping @Sendable () -> ContinuationReading
    ) {
      self.metadata = metadata
      self.canaries = canaries
      self.continuations = continuations
    }
  }

  private struct Parsed {
    package var metadata: Metadata?
    package var canaries: [Canary]?
    package var continuations: ContinuationReading?
  }

  private let parsers: Parsers
  private let parsed = Mutex(Parsed())

  package init(_ parsers: Parsers) { self.parsers = parsers }

  /// Those of a run of which nothing but numbers is known: none.
  package static let none = RunAnnotations(
    Parsers(
      metadata: { Metadata(columns: []) }, canaries: { _ in [] },
      continuations: { ContinuationReading(ContinuationTable([]), unreadable: nil) }))

  package var metadata: Metadata {
    parsed.withLock { parsed in
      let metadata = parsed.metadata ?? parsers.metadata()
      parsed.metadata = metadata
      return metadata
    }
  }

  package var canaries: [Canary] {
    let metadata = metadata
    return parsed.withLock { parsed in
      let canaries = parsed.canaries ?? parsers.canaries(metadata)
      parsed.canaries = canaries
      return canaries
    }
  }

  package var continuations: ContinuationReading {
    parsed.withLock { parsed in
      let continuations = parsed.continuations ?? parsers.continuations()
      parsed.continuations = continuations
      return continuations
    }
  }
}

/// A run's continuations, and what could not be read of them.
package struct ContinuationReading: Sendable {
  /// Sequences whose continuations are left out.
  package struct Unreadable: Hashable, Sendable {
    package let count: Int
    /// How many there are of each kind of defect, in words.
    package let summary: String
    /// The first defect in full.
    package let first: String

    package init(count: Int, summary: String, first: String) {
      self.count = count
      self.summary = summary
      self.first = first
    }
  }

  package let table: ContinuationTable
  /// Nil if all could be read.
  package let unreadable: Unreadable?

  package init(_ table: ContinuationTable, unreadable: Unreadable?) {
    self.table = table
    self.unreadable = unreadable
  }
}
