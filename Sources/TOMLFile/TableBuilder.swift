/// A table while it is read: what may still be added to it depends on how it was written.
final class TableBuilder {
  /// How a table came to be.
  enum Origin {
    /// It stands in the header of a table in it.
    case implied
    /// It has a header of its own.
    case header
    /// It stands in a dotted key, and may be added to by others of the same section.
    case dotted
    /// It was written in braces, and is complete.
    case inline
  }

  private enum Child {
    case value(TOMLValue)
    case table(TableBuilder)
    case tables([TableBuilder])
  }

  private var origin: Origin
  private var keys: [String] = []
  private var children: [String: Child] = [:]

  init(_ origin: Origin) { self.origin = origin }

  /// The table that a header's key leads to, made if need be; nil if something else stands there.
  func descend(header key: String) -> TableBuilder? {
    switch children[key] {
    case nil: return add(.implied, key)
    case .table(let table): return table.origin == .inline ? nil : table
    case .tables(let tables): return tables.last
    case .value: return nil
    }
  }

  /// The table that a part of a dotted key leads to, made if need be; nil if it was complete.
  func descend(dotted key: String) -> TableBuilder? {
    switch children[key] {
    case nil: return add(.dotted, key)
    case .table(let table): return table.origin == .dotted ? table : nil
    case .value, .tables: return nil
    }
  }

  /// The table with this header; nil if it has been written already.
  func open(_ key: String) -> TableBuilder? {
    switch children[key] {
    case nil: return add(.header, key)
    case .table(let table) where table.origin == .implied:
      table.origin = .header
      return table
    default: return nil
    }
  }

  /// One more table of an array of tables; nil if something else stands there.
  func append(_ key: String) -> TableBuilder? {
    let table = TableBuilder(.header)
    switch children[key] {
    case nil:
      keys.append(key)
      children[key] = .tables([table])
    case .tables(let tables): children[key] = .tables(tables + [table])
    default: return nil
    }
    return table
  }

  /// Sets a key; false if it is set already.
  func set(_ key: String, _ value: TOMLValue) -> Bool {
    guard children[key] == nil else { return false }
    keys.append(key)
    children[key] = .value(value)
    return true
  }

  private func add(_ origin: Origin, _ key: String) -> TableBuilder {
    let table = TableBuilder(origin)
    keys.append(key)
    children[key] = .table(table)
    return table
  }

  /// The table as it stands.
  var table: TOMLTable {
    var table = TOMLTable()
    for key in keys {
      switch children[key] {
      case .value(let value): table[key] = value
      case .table(let builder): table[key] = .table(builder.table)
      case .tables(let builders): table[key] = .array(builders.map { .table($0.table) })
      case nil: break
      }
    }
    return table
  }
}
