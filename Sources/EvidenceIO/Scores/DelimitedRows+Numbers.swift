import Basics

extension DelimitedRows {
  /// A field's plain number, or nil if it is none or is written in another way.
  @inline(__always) func plainNumber(_ index: Int) -> Double? {
    withBytes(index) { TableNumber.plain($0) }
  }

  /// A field's number, infinities included, or nil if it is none.
  func number(_ index: Int) -> Double? {
    if let plain = plainNumber(index) { return plain }
    if case .number(let value) = TableNumber.reading(text(index)) { return value }
    return nil
  }

  /// Moves to the next row; a text that cannot be split is an error of the file.
  mutating func next(in file: String) throws(IngestError) -> Bool {
    do throws(SyntaxError) {
      return try next()
    } catch {
      throw IngestError(
        file: file, at: .line(rowLine), error.problem,
        remedy: "put fields with quotes or line breaks in quotes, and double the quotes in them")
    }
  }
}
