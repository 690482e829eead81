import ScoringCore

/// One column of scores while a table is read; what its values are is decided by all of them.
struct ScoreColumnReading {
  var name: String
  var values: [Double] = []
  var statuses: [ScoreStatus] = []
  var zones: ZoneColumns?
  /// Whether a column beside it tells of its classes or reasons, so that it is a score for certain.
  var isKnown = false
  /// Plain numbers, and rows with a text instead.
  private var numbers = 0
  private(set) var odd: [(row: Int, text: String)] = []
  private var oddCount = 0
  /// Numbers with commas of one meaning, and rows where the comma may have either.
  private var decimalCommas = 0
  private var thousands = 0
  private var pending: [(row: Int, decimal: Double, thousands: Double)] = []

  init(name: String, missing rows: Int = 0) {
    self.name = name
    values = [Double](repeating: .nan, count: rows)
    statuses = [ScoreStatus](repeating: .missingEvidence, count: rows)
  }

  /// How many odd rows are kept to be named.
  private static let keptOdd = 1 << 16

  /// Whether it need not be looked at any more: hundreds of texts and hardly a number.
  var isHopeless: Bool { oddCount > 256 && numbers * 4 < oddCount }

  /// Appends a score.
  mutating func append(_ score: Score) {
    numbers += score.status == .ordinary ? 1 : 0
    values.append(score.value)
    statuses.append(score.status)
  }

  /// Appends what a field says.
  mutating func append(_ reading: TableNumber.Reading, text: String) {
    switch reading {
    case .number(let value): append(.ordinary(value))
    case .decimalComma(let value):
      decimalCommas += 1
      append(.ordinary(value))
    case .thousands(let value):
      thousands += 1
      append(.ordinary(value))
    case .ambiguous(let decimal, let thousands):
      pending.append((values.count, decimal, thousands))
      append(.ordinary(decimal))
    case .undefined: append(.none(.undefined))
    case .text:
      oddCount += 1
      if odd.count < Self.keptOdd { odd.append((values.count, text)) }
      append(.none(.undefined))
    }
  }

  /// Whether the column holds scores, rather than texts, lists or nothing.
  var holdsNumbers: Bool { isKnown || numbers > oddCount || (oddCount == 0 && numbers > 0) }

  /// Rows whose text is a defect, because the column's others are numbers.
  var isOdd: Bool { oddCount > 0 }

  /// Odd rows that are not kept to be named.
  var unlistedOdd: Int { oddCount - odd.count }

  /// Settles what commas mean in the whole column.
  ///
  /// - Returns: false if that cannot be told.
  mutating func settleCommas(areDecimal: Bool) -> Bool {
    guard decimalCommas == 0 || thousands == 0 else { return false }
    guard !pending.isEmpty, decimalCommas == 0, !areDecimal else { return true }
    guard thousands > 0 else { return false }
    for entry in pending { values[entry.row] = entry.thousands }
    return true
  }

  /// Changes signs, so that higher means more member-like.
  mutating func negate() {
    for row in values.indices where statuses[row] == .ordinary { values[row] = -values[row] }
  }
}
