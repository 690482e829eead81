import Basics
import ScoringCore
import Synchronization

/// Checks the values of a binary file as those of JSON are checked, at memory speed where nothing is
/// wrong.
///
/// Stand-ins for −infinity are replaced, tiny positive values set to 0 and counted, and sequences
/// with impossible values left out and listed.
struct ValueCheck {
  let chunk: EvidenceChunk
  let file: String
  let options: IngestOptions

  /// What one stripe of sequences holds beyond plain values.
  private struct Findings: Sendable {
    var bad: [Int: ImpossibleValue] = [:]
    var odd = false
  }

  /// What is wrong with a sequence.
  struct ImpossibleValue: Sendable {
    var field: String
    var problem: String
    var remedy: String

    init(_ field: String, _ failure: JSONError) {
      self.field = field
      problem = failure.problem
      remedy = failure.remedy
    }
  }

  /// Sequences per stripe.
  private static let stripe = 2048

  /// The chunk as it counts; defects and warnings go to the notes.
  func run(_ notes: inout IngestNotes) throws(IngestError) -> EvidenceChunk {
    guard options.checksValues, chunk.count > 0 else { return chunk }
    let findings = try scan(columns)
    guard findings.odd || !findings.bad.isEmpty else { return chunk }
    for (row, finding) in findings.bad.sorted(by: { $0.key < $1.key }) {
      notes.defects.add(
        Defect(
          .value, file: file, .record(row, id: chunk.columns.ids[row]), field: finding.field,
          finding.problem, remedy: finding.remedy))
    }
    do {
      return try repaired(leavingOut: findings.bad, &notes)
    } catch {
      throw IngestError(file: file, "\(error)")
    }
  }

  private var columns: [(name: String, column: Column<Float>)] {
    let (target, reference) = (chunk.columns.target, chunk.columns.reference)
    let all: [(String, Column<Float>?)] = [
      ("target.logprobs", target.logprobs), ("reference.logprobs", reference.logprobs),
      ("target.top1_logprobs", target.top1Logprobs),
      ("reference.top1_logprobs", reference.top1Logprobs),
      ("target.logprob_means", target.logprobMeans),
      ("reference.logprob_means", reference.logprobMeans),
    ]
    return all.compactMap { name, column in column.map { (name, $0) } }
  }

  private func scan(
    _ columns: [(name: String, column: Column<Float>)]
  ) throws(IngestError) -> Findings {
    let total = Mutex(Findings())
    let others = ColumnCheck.all(of: chunk.columns)
    let stripes = (chunk.count + Self.stripe - 1) / Self.stripe
    parallelEach(count: stripes) { stripe in
      if options.isCancelled?() == true { return }
      let rows = stripe * Self.stripe..<min((stripe + 1) * Self.stripe, chunk.count)
      let first = chunk.positionRange(rows.lowerBound).lowerBound
      let last = chunk.positionRange(rows.upperBound - 1).upperBound
      for (name, column) in columns
      where first < last && !Self.isPlain(column.span.extracting(first..<last)) {
        let found = examine(rows, name, column)
        total.withLock { total in
          total.odd = total.odd || found.odd
          total.bad.merge(found.bad) { old, _ in old }
        }
      }
      for check in others {
        let found = check.problems(chunk, rows)
        if !found.isEmpty { total.withLock { $0.bad.merge(found) { old, _ in old } } }
      }
    }
    try options.checkCancelled(file)
    return total.withLock { $0 }
  }

  /// Whether all values are above the stand-ins for −infinity and at most 0.
  private static func isPlain(_ values: Span<Float>) -> Bool {
    let lanes = 16
    let bytes = values.bytes
    let lower = SIMD16<Float>(repeating: -9999)
    var index = 0
    while index + lanes <= values.count {
      let value = bytes.unsafeLoadUnaligned(
        fromByteOffset: index &* 4, as: SIMD16<Float>.self)
      let plain: SIMDMask<SIMD16<Int32>> = (value .<= 0) .& (value .> lower)
      if !all(plain) { return false }
      index += lanes
    }
    while index < values.count {
      if !(values[index] <= 0 && values[index] > -9999) { return false }
      index += 1
    }
    return true
  }

  /// Looks at every value of some sequences.
  private func examine(_ rows: Range<Int>, _ name: String, _ column: Column<Float>) -> Findings {
    var findings = Findings()
    let values = column.span
    for row in rows {
      let range = chunk.positionRange(row)
      var missing = 0
      var clamped = 0
      var bad: Float?
      for position in range {
        let value = values[position]
        if value <= 0 && value > -9999 || value == -.infinity { continue }
        if value.isNaN {
          missing += 1
        } else if Logprob.normalised(value, &clamped) as Float? == nil {
          bad = bad ?? value
        } else {
          findings.odd = true
        }
      }
      if let bad {
        findings.bad[row] = ImpossibleValue(name, Logprob.impossible(bad.description))
      } else if missing > 0 && (missing < range.count || !mayLack(name, row)) {
        findings.bad[row] = ImpossibleValue(name, Logprob.impossible("NaN"))
      }
    }
    return findings
  }

  /// A column that is NaN throughout a sequence is absent there, but some log-probabilities must be.
  private func mayLack(_ name: String, _ row: Int) -> Bool {
    guard name.hasSuffix(".logprobs") else { return true }
    let other =
      name.hasPrefix("target")
      ? chunk.columns.reference.logprobs : chunk.columns.target.logprobs
    guard let other else { return false }
    return !other[chunk.positionRange(row).lowerBound].isNaN
  }

  private func repaired(
    leavingOut bad: [Int: ImpossibleValue],
    _ notes: inout IngestNotes
  ) throws(EvidenceShapeError) -> EvidenceChunk {
    var source = chunk
    if !bad.isEmpty {
      let rows = (0..<chunk.count).filter { bad[$0] == nil }
        .map { RowReference(chunk: 0, row: Int32($0)) }
      source = try ChunkGather.gather(rows, from: [chunk])
    }
    var clamped = 0
    func normalised(_ column: Column<Float>?) -> Column<Float>? {
      guard let column, !Self.isPlain(column.span) else { return column }
      return Column(
        column.array.map { value in
          value.isNaN ? value : Logprob.normalised(value, &clamped) ?? value
        })
    }
    var columns = source.columns
    for model in [\EvidenceChunk.Columns.target, \.reference] {
      columns[keyPath: model].logprobs = normalised(columns[keyPath: model].logprobs)
      columns[keyPath: model].top1Logprobs = normalised(columns[keyPath: model].top1Logprobs)
      columns[keyPath: model].logprobMeans = normalised(columns[keyPath: model].logprobMeans)
    }
    if clamped > 0 {
      notes.clamped += clamped
      notes.warnings.append(
        Warning(file: file, "set \(clamped) log-probabilities that were barely positive to 0"))
    }
    return try EvidenceChunk(columns)
  }
}
