import Analysis
import EvidenceIO
import ScoringCore
import Synchronization

/// Scores blocks of records while the rest is still being read, and writes them in order.
///
/// The first block decides what is computed. Only attacks that look at one sequence by itself can be
/// scored so; with any other, nothing is done here and the run is scored as a whole.
final class ScoreStream: Sendable {
  private struct State: ~Copyable {
    var attacks: [any Attack] = []
    var isOff = false
    var isWriting = false
    var writer: ScoreFileWriter?
  }

  private let request: AttackRequest
  private let path: String
  private let format: ScoreFileWriter.Format
  private let state = Mutex(State())

  /// Evidence of which more than one sequence's is needed for a score.
  private static let ofTheWholeRun: EvidenceKinds = [
    .population, .tokenFrequencies, .shadowIn, .shadowOut,
  ]

  /// Nil if what was asked for cannot be scored so.
  init?(_ request: AttackRequest, to path: String, as format: ScoreFileWriter.Format) {
    let named = request.names.count { $0 != AttackRequest.automatic }
    guard request.attacks.count == named else { return nil }
    self.request = request
    self.path = path
    self.format = format
  }

  /// What is to be shown the blocks.
  var watcher: BlockWatch { { (table) throws(IngestError) in try self.watch(table) } }

  /// Scores a block on the thread that parsed it; what is returned writes it when it is its turn.
  private func watch(_ table: EvidenceTable) throws(IngestError) -> BlockTurn {
    let attacks = try state.withLock { state throws(IngestError) in
      try begin(&state, table)
      return state.attacks
    }
    guard !attacks.isEmpty else { return { _ in } }
    let scores = Self.scores(table, attacks)
    let population = Set(table.populationRows)
    return { kept throws(IngestError) in
      let counted = Set(kept ?? Array(0..<table.count)).subtracting(population)
      let rest = (0..<table.count).filter { !counted.contains($0) }
      try self.write(scores.without(rest))
    }
  }

  private func begin(_ state: inout State, _ table: EvidenceTable) throws(IngestError) {
    guard state.attacks.isEmpty, !state.isOff else { return }
    let request = request.chosen(for: [.evidence(table)])
    let availability = Scorer.availability(of: request.attacks, for: table)
    let possible = availability.filter { $0.problem == nil }.map(\.attack)
    let looksAround = possible.contains { !$0.needs.isDisjoint(with: Self.ofTheWholeRun) }
    guard !possible.isEmpty, !looksAround, request.isAll || possible.count == availability.count,
      let scorer = try? Scorer(possible, for: table)
    else {
      state.isOff = true
      return
    }
    state.attacks = possible
    state.isWriting = true
    state.writer = try ScoreFileWriter(
      format, to: path,
      attacks: scorer.columns.map { .init(name: $0.attack, hasZone: $0.hasZones) })
  }

  private static func scores(_ table: EvidenceTable, _ attacks: [any Attack]) -> ScoreTable {
    let columns = attacks.map { attack in
      // A block may lack what the first one had.
      (try? Scorer([attack], for: table))?.scores(workers: 1)?.first
        ?? ScoreColumn(
          attack: attack.spelling, values: Array(repeating: .nan, count: table.count),
          statuses: Array(repeating: .missingEvidence, count: table.count))
    }
    return ScoreTable(run: table.run, ids: table.ids, labels: table.labels, columns: columns)
  }

  private func write(_ table: ScoreTable) throws(IngestError) {
    try state.withLock { state throws(IngestError) in
      try state.writer?.write(table)
      if path == "-" { try state.writer?.flush() }
    }
  }

  /// Completes the output, if it is what the whole run asks for.
  ///
  /// - Parameter attacks: What the whole run allows.
  /// - Returns: Whether there is nothing left to do.
  func finish(_ attacks: [String]) throws(CommandError) -> Bool {
    let (isWriting, scored) = state.withLock { ($0.isWriting, $0.attacks.map(\.spelling)) }
    guard isWriting else { return false }
    guard scored == attacks else {
      // A file begun is left, and written anew from the whole.
      state.withLock { $0.writer = nil }
      guard path == "-" else { return false }
      throw CommandError(
        .badData,
        "records after the first ones allow other attacks than they do; name them with --attack")
    }
    try CommandError.translating { () throws(IngestError) in
      try state.withLock { state throws(IngestError) in
        if let writer = state.writer.take() { try writer.commit() }
      }
    }
    return true
  }
}
