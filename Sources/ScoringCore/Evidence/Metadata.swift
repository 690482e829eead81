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
