import ScoringCore

/// Checks one column of a binary file whose values are whole numbers, or deviations, in a range.
///
/// A column that holds its mark of absence throughout a sequence is absent there.
struct ColumnCheck: Sendable {
  /// What the entries of the column belong to.
  private enum Unit {
    case sequence, token, position
  }

  private let name: String
  private let unit: Unit
  /// Whether all entries of a range are what nobody need look at.
  private let isPlain: @Sendable (Range<Int>) -> Bool
  /// What is wrong with one sequence's entries.
  private let failure: @Sendable (Range<Int>) -> JSONError?

  /// The checks of all columns a chunk has.
  static func all(of columns: EvidenceChunk.Columns) -> [ColumnCheck] {
    var checks: [ColumnCheck?] = [
      whole("sequence.labels", .sequence, columns.labels, -1...1, absent: nil, Impossible.label),
      whole(
        "token_ids", .token, columns.tokenIDs, 0...Int32.max, absent: -1, firstMayLack: true,
        Impossible.tokenID),
      whole("scored", .position, columns.scored, 0...1, absent: nil, Impossible.flag),
    ]
    for (name, model) in [("target", columns.target), ("reference", columns.reference)] {
      checks += [
        whole(
          "\(name).ranks", .position, model.ranks, 1...Int32.max, absent: 0, Impossible.rank),
        whole(
          "\(name).top1_ids", .position, model.top1IDs, 0...Int32.max, absent: -1,
          Impossible.tokenID),
        deviations("\(name).logprob_stds", model.logprobStds),
      ]
    }
    return checks.compactMap { $0 }
  }

  /// The sequences of `rows` with impossible values.
  func problems(_ chunk: EvidenceChunk, _ rows: Range<Int>) -> [Int: ValueCheck.ImpossibleValue] {
    let (first, last) = (range(chunk, rows.lowerBound), range(chunk, rows.upperBound - 1))
    guard first.lowerBound < last.upperBound,
      !isPlain(first.lowerBound..<last.upperBound)
    else { return [:] }
    var found: [Int: ValueCheck.ImpossibleValue] = [:]
    for row in rows {
      if let failure = failure(range(chunk, row)) {
        found[row] = ValueCheck.ImpossibleValue(name, failure)
      }
    }
    return found
  }

  private func range(_ chunk: EvidenceChunk, _ row: Int) -> Range<Int> {
    switch unit {
    case .sequence: row..<row + 1
    case .token: chunk.tokenRange(row)
    case .position: chunk.positionRange(row)
    }
  }

  private static func whole<T: FixedWidthInteger & BitwiseCopyable & Sendable>(
    _ name: String, _ unit: Unit, _ column: Column<T>?, _ possible: ClosedRange<T>, absent: T?,
    firstMayLack: Bool = false, _ failure: @escaping @Sendable (T) -> JSONError
  ) -> ColumnCheck? {
    guard let column else { return nil }
    return ColumnCheck(
      name: name, unit: unit,
      isPlain: { range in
        let values = column.span.extracting(range)
        var isPlain = true
        for index in values.indices {
          isPlain =
            isPlain && values[index] >= possible.lowerBound
            && values[index] <= possible.upperBound
        }
        return isPlain
      },
      failure: { range in
        let values = column.span.extracting(range)
        var missing = 0
        for index in values.indices where !possible.contains(values[index]) {
          guard values[index] == absent else { return failure(values[index]) }
          if index > 0 || !firstMayLack { missing += 1 }
        }
        guard let absent, missing > 0 else { return nil }
        return missing < values.count - (firstMayLack ? 1 : 0) ? failure(absent) : nil
      })
  }

  private static func deviations(_ name: String, _ column: Column<Float>?) -> ColumnCheck? {
    guard let column else { return nil }
    return ColumnCheck(
      name: name, unit: .position,
      isPlain: { range in
        let values = column.span.extracting(range)
        var isPlain = true
        for index in values.indices {
          isPlain = isPlain && values[index] >= 0 && values[index] < .infinity
        }
        return isPlain
      },
      failure: { range in
        let values = column.span.extracting(range)
        var missing = 0
        for index in values.indices where !(values[index] >= 0 && values[index] < .infinity) {
          guard values[index].isNaN else { return Logprob.impossibleDeviation }
          missing += 1
        }
        return missing > 0 && missing < values.count ? Logprob.impossibleDeviation : nil
      })
  }
}

/// Why values of evidence are impossible, in the same words for every format.
enum Impossible {
  static func label(_ value: some BinaryInteger) -> JSONError {
    JSONError(
      problem: "label \(value)", kind: .value,
      remedy: "1 is member, 0 non-member, null or absent unknown")
  }

  static func rank(_ value: some BinaryInteger) -> JSONError {
    JSONError(
      problem: "rank \(value)", kind: .value, remedy: "ranks count from 1, the first choice")
  }

  static func tokenID(_ value: some BinaryInteger) -> JSONError {
    JSONError(problem: "token id \(value), which no tokenizer has", kind: .value)
  }

  static func flag(_ value: some BinaryInteger) -> JSONError {
    JSONError(
      problem: "\(value) where only 0 and 1 are possible", kind: .value,
      remedy: "0 leaves a position out, 1 counts it")
  }
}
