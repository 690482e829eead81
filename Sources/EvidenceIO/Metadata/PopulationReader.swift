import ScoringCore

/// Finds the sequences whose `meta` says that they stand for the population.
enum PopulationReader {
  /// 1 for each sequence with a `population` that is true, 0 for the others; nil if all are 0.
  ///
  /// - Throws: `JSONError` for a value that is neither true nor false; `row` is set to where.
  static func read(_ metas: TextColumn, row: inout Int) throws(JSONError) -> Column<UInt8>? {
    var marks = [UInt8](repeating: 0, count: metas.count)
    var isAny = false
    for index in marks.indices {
      row = index
      let span = metas.utf8(index)
      let isMarked = try span.withUnsafeBufferPointer { meta throws(JSONError) in
        // Almost no data has the key: parsing every object for it would be dear.
        ByteSearch.contains(meta, "\"population\"") ? try isPopulation(meta) : false
      }
      guard isMarked else { continue }
      marks[index] = 1
      isAny = true
    }
    return isAny ? Column(marks) : nil
  }

  private static func isPopulation(
    _ meta: UnsafeBufferPointer<UInt8>
  ) throws(JSONError) -> Bool {
    switch try JSONValue.parse(meta)["population"] {
    case nil, .null, .bool(false), .integer(0), .string("false"), .string(""): return false
    case .bool(true), .integer(1), .string("true"): return true
    case .some(let value):
      throw JSONError(
        problem: "population: \(value.plainText) is neither true nor false", kind: .value,
        remedy: "write true where a sequence stands for the population and is not tested")
    }
  }
}

/// Looking for short texts in bytes.
enum ByteSearch {
  /// Whether bytes contain a text of at least one byte.
  static func contains(_ bytes: UnsafeBufferPointer<UInt8>, _ text: StaticString) -> Bool {
    let (needle, count) = (text.utf8Start, text.utf8CodeUnitCount)
    guard bytes.count >= count else { return false }
    for start in 0...(bytes.count - count) where bytes[start] == needle[0] {
      var length = 1
      while length < count, bytes[start + length] == needle[length] { length += 1 }
      if length == count { return true }
    }
    return false
  }
}
