import ScoringCore

/// What one evidence file holds: any subset of the columns, for some sequences.
package struct EvidenceFile: Sendable {
  /// The file as the user named it, `-` for standard input.
  package var path: String
  /// The sequences, in the file's order.
  package var chunks: [EvidenceChunk]
  /// The run the file says it is of.
  package var run: Run?
  /// What reading it brought up.
  package var notes: IngestNotes
  /// Whether its ids are its user's; otherwise some are numbers given while reading.
  package var hasOwnIDs = true

  /// The number of sequences.
  package var count: Int { chunks.reduce(0) { $0 + $1.count } }
}
