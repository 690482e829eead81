/// One value of a TOML text.
package enum TOMLValue: Hashable, Sendable {
  case string(String)
  case integer(Int)
  case number(Double)
  case bool(Bool)
  /// A date, a time or both, as written.
  case time(String)
  case array([TOMLValue])
  case table(TOMLTable)

  /// The text, if it is one.
  package var string: String? { if case .string(let text) = self { text } else { nil } }
  /// The whole number, if it is one.
  package var int: Int? { if case .integer(let number) = self { number } else { nil } }
  /// The list, if it is one.
  package var array: [TOMLValue]? { if case .array(let list) = self { list } else { nil } }
  /// The table, if it is one.
  package var table: TOMLTable? { if case .table(let table) = self { table } else { nil } }
}

/// A table of a TOML text; its keys keep the order of the text.
package struct TOMLTable: Hashable, Sendable {
  /// The keys, in the order of the text.
  package private(set) var keys: [String] = []
  private var values: [String: TOMLValue] = [:]

  init() {}

  /// The value of a key; nil where it is not written.
  package internal(set) subscript(_ key: String) -> TOMLValue? {
    get { values[key] }
    set {
      if values[key] == nil { keys.append(key) }
      values[key] = newValue
    }
  }
}
