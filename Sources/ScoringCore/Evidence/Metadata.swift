import Basics

/// The `meta` values of a table's sequences, as columns of distinct values.
public struct Metadata: Sendable {
  /// One `meta` key over all sequences.
  public struct Column: Sendable {
    /// The key, such as `family` or `duplicates`.
    public let key: String
    /// The distinct values as text, in order of first appearance.
    public let values: [String]
    /// For each sequence the index of its value, −1 where it has none.
    public let codes: [Int32]

    /// Joins distinct values and each sequence's code.
    public init(key: String, values: [String], codes: [Int32]) {
      self.key = key
      self.values = values
      self.codes = codes
    }

    /// A sequence's value, if it has one.
    public func value(_ index: Int) -> String? {
      codes[index] < 0 ? nil : values[Int(codes[index])]
    }
  }

  /// The columns, in order of first appearance.
  public let columns: [Column]

  /// Joins columns over the same sequences.
  public init(columns: [Column]) { self.columns = columns }

  /// The column of a key.
  public func column(_ key: String) -> Column? { columns.first { $0.key == key } }

  /// Which of `count` sequences satisfy every rule; all of them if there are none.
  public func primary(_ rules: [Experiment.PrimaryRule], count: Int) -> [Bool] {
    var selected = [Bool](repeating: true, count: count)
    for rule in rules {
      let column = column(rule.key)
      let wanted = column?.values.map(rule.values.contains) ?? []
      for index in 0..<count where selected[index] {
        let code = column.map { Int($0.codes[index]) } ?? -1
        selected[index] = code >= 0 && wanted[code]
      }
    }
    return selected
  }
}

extension Metadata {
  /// Which sequences of a run headline figures are over.
  ///
  /// Those of which no evidence is there count: score files hold what was meant to be evaluated.
  ///
  /// - Parameters:
  ///   - rules: what a sequence's metadata must say for it to count.
  ///   - count: how many sequences there are.
  ///   - evidence: how many of them, the first, have evidence that says what they are.
  public func counted(
    _ rules: [Experiment.PrimaryRule], count: Int, ofEvidence evidence: Int
  ) -> [Bool] {
    let known =
      columns.isEmpty
      ? Array(repeating: true, count: evidence)
      : primary(rules, count: evidence)
    return known + Array(repeating: true, count: count - evidence)
  }

  /// The key whose values name the document a sequence was cut from.
  public static let documentKey = "document"

  /// An id per sequence, the same for sequences of one document; nil unless some document has
  /// several of the sequences that count.
  ///
  /// Sequences without a document count by themselves.
  ///
  /// - Parameters:
  ///   - count: how many sequences there are.
  ///   - isIncluded: which of them count.
  public func documents(count: Int, isIncluded: [Bool]) -> [Int]? {
    guard let codes = column(Self.documentKey)?.codes else { return nil }
    var seen = Set<Int32>()
    var isShared = false
    for row in 0..<count where isIncluded[row] && codes[row] >= 0 {
      if !seen.insert(codes[row]).inserted { isShared = true }
    }
    return isShared ? (0..<count).map { codes[$0] >= 0 ? Int(codes[$0]) : -1 - $0 } : nil
  }
}
