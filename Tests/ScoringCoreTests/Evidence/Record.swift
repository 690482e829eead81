import Basics
import ScoringCore

/// One sequence's evidence as plain arrays; `nil` where the record lacks a column.
struct Record {
  var id = "a"
  var label = Label.unknown
  var target: [Float]? = nil
  var reference: [Float]? = nil
  var ranks: [Int32]? = nil
  var top1IDs: [Int32]? = nil
  var top1Logprobs: [Float]? = nil
  var means: [Float]? = nil
  var stds: [Float]? = nil
  var tokenIDs: [Int32]? = nil
  var scored: [UInt8]? = nil
  var text: String? = nil
  var numbers: [ExtraNumber: Double] = [:]
  var lists: [ExtraList: [Double]] = [:]
  var isPopulation = false

  /// The number of predicted positions.
  var positions: Int { target?.count ?? reference?.count ?? 0 }

  /// A record whose error positions are given as 1, by ranks.
  init(target: [Float], reference: [Float], errors: [Int] = []) {
    self.target = target
    self.reference = reference
    if errors.count == target.count { ranks = errors.map { $0 == 0 ? 1 : 2 } }
  }

  init() {}
}

extension EvidenceChunk {
  /// A chunk with every column that at least one record has.
  convenience init(_ records: [Record], momentsAreWeighted: Bool = true) throws {
    func column<T>(_ path: KeyPath<Record, [T]?>, missing: T, extra: Int = 0) -> Column<T>?
    where T: BitwiseCopyable & Sendable {
      guard records.contains(where: { $0[keyPath: path] != nil }) else { return nil }
      return Column(
        records.flatMap {
          $0[keyPath: path] ?? Array(repeating: missing, count: $0.positions + extra)
        })
    }
    var columns = Columns(ids: TextColumn(records.map(\.id)))
    columns.labels = Column(records.map(\.label.rawValue))
    if records.contains(where: { $0.text != nil }) {
      columns.texts = TextColumn(records.map { $0.text ?? "" })
    }
    columns.tokenOffsets = Column(
      records.reduce(into: [Int64(0)]) { $0.append($0[$0.count - 1] + Int64($1.positions) + 1) })
    columns.tokenIDs = column(\.tokenIDs, missing: -1, extra: 1)
    columns.scored = column(\.scored, missing: 1)
    columns.target.logprobs = column(\.target, missing: .nan)
    columns.target.ranks = column(\.ranks, missing: 0)
    columns.target.top1IDs = column(\.top1IDs, missing: -1)
    columns.target.top1Logprobs = column(\.top1Logprobs, missing: .nan)
    columns.target.logprobMeans = column(\.means, missing: .nan)
    columns.target.logprobStds = column(\.stds, missing: .nan)
    columns.target.momentsAreWeighted = momentsAreWeighted
    columns.reference.logprobs = column(\.reference, missing: .nan)
    var extra = ExtraBuilder()
    for record in records {
      for (key, value) in record.numbers { extra.set(key, value) }
      for (key, values) in record.lists { for value in values { extra.append(value, to: key) } }
      extra.endSequence()
    }
    columns.extra = extra.columns
    if records.contains(where: \.isPopulation) {
      columns.population = Column(records.map { $0.isPopulation ? 1 : 0 })
    }
    try self.init(columns)
  }
}

extension EvidenceTable {
  /// A table of records in chunks of a given size.
  convenience init(
    _ records: [Record], chunkSize: Int = .max, momentsAreWeighted: Bool = true,
    tokenFrequencies: TokenFrequencies? = nil
  ) throws {
    let chunks = try stride(from: 0, to: records.count, by: min(chunkSize, records.count + 1)).map {
      try EvidenceChunk(
        Array(records[$0..<min(records.count, $0 + min(chunkSize, records.count))]),
        momentsAreWeighted: momentsAreWeighted)
    }
    self.init(run: Run(name: "run"), chunks: chunks, tokenFrequencies: tokenFrequencies)
  }
}

/// A run's score under one attack.
func score(_ spelling: String, _ record: Record) throws -> Score {
  try column(spelling, EvidenceTable([record]))[0]
}

/// A table's scores under one attack.
func column(_ spelling: String, _ table: EvidenceTable) throws -> ScoreColumn {
  let columns = try Scorer([AttackCatalog.attack(spelling)], for: table).scores()
  guard let column = columns?.first else { throw NoScores() }
  return column
}

struct NoScores: Error {}

/// Whether two scores have the same class and values within a relative difference.
func agree(_ left: Score, _ right: Score, within tolerance: Double = 1e-12) -> Bool {
  guard left.status == right.status else { return false }
  guard left.value.isFinite, right.value.isFinite else { return left == right }
  return abs(left.value - right.value) <= tolerance * max(abs(left.value), abs(right.value))
}

extension Record {
  /// A random record whose ranks, first choices and their log-probabilities tell the same errors.
  ///
  /// Values are few, so that ties and shifts of exactly 0 occur; some are minus infinity.
  static func random(
    positions: Int, infinities: Bool, from numbers: inout SplitMix64
  ) -> Record {
    func logprobs() -> [Float] {
      (0..<positions).map { _ in
        infinities && Int.random(in: 0..<12, using: &numbers) == 0
          ? -.infinity : -Float(Int.random(in: 0...40, using: &numbers)) / 8
      }
    }
    var record = Record()
    record.id = "sequence-\(numbers.next())"
    let target = logprobs()
    record.target = target
    record.reference = logprobs()
    // What is impossible is never the first choice.
    let errors = target.map {
      $0 == -.infinity || Int.random(in: 0..<3, using: &numbers) == 0
    }
    record.ranks = errors.map { $0 ? Int32.random(in: 2...50, using: &numbers) : 1 }
    let tokens = (0...positions).map { _ in Int32.random(in: 0...99, using: &numbers) }
    record.tokenIDs = tokens
    record.top1IDs = errors.indices.map { errors[$0] ? tokens[$0 + 1] + 1 : tokens[$0 + 1] }
    record.top1Logprobs = zip(errors, record.target ?? []).map { isError, logprob in
      isError ? max(logprob, -100) + 0.5 : logprob
    }
    return record
  }
}
