import ScoringCore

/// One array of NumPy's npy format, in C order and little-endian.
struct NpyArray {
  /// What the elements are.
  enum Kind: Character {
    case float = "f"
    case signed = "i"
    case unsigned = "u"
    case boolean = "b"
    /// UTF-32 texts of a fixed length.
    case text = "U"
    /// Byte strings of a fixed length.
    case bytes = "S"
  }

  let kind: Kind
  /// Bytes an element.
  let width: Int
  let shape: [Int]
  private let storage: ColumnStorage
  private let offset: Int

  /// The number of elements.
  var count: Int { shape.reduce(1, *) }

  /// Reads the header of an array that lies in storage.
  init(
    _ storage: ColumnStorage, at start: Int, size: Int, name: String, file: String
  ) throws(IngestError) {
    func failure(_ problem: String, _ remedy: String = "save it again") -> IngestError {
      IngestError(file: file, at: .tensor(name), problem, remedy: remedy)
    }
    guard size >= 12, let head = Column<UInt8>(in: storage, at: start, count: size),
      [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59].enumerated().allSatisfy({ head[$0] == $1 })
    else { throw failure("is no npy array") }
    let wide = head[6] >= 2
    var length = Int(head[8]) | Int(head[9]) << 8
    if wide { length |= Int(head[10]) << 16 | Int(head[11]) << 24 }
    let begin = wide ? 12 : 10
    guard length <= 1 << 20, begin + length <= size else { throw failure("has a damaged header") }
    let text = String(decoding: (begin..<begin + length).map { head[$0] }, as: UTF8.self)
    guard let type = Self.value("descr", in: text),
      let order = Self.value("fortran_order", in: text),
      let shapeText = Self.value("shape", in: text)
    else { throw failure("has a header without descr, fortran_order or shape") }
    let spelled = type.filter { $0 != "'" && $0 != "\"" && $0 != " " }
    guard let mark = spelled.first, let code = spelled.dropFirst().first,
      let kind = Kind(rawValue: code), let number = Int(spelled.dropFirst(2)), number >= 0,
      number < 1 << 20
    else {
      throw failure(
        "holds Python objects or values of type \(spelled)",
        "save arrays of numbers, booleans or texts: numpy.savez(..., ids=numpy.array(ids))")
    }
    guard mark != ">" || number == 1 else {
      throw failure("is big-endian", "save it with astype('<' + dtype)")
    }
    guard !order.contains("True") else {
      throw failure("is in Fortran order", "save numpy.ascontiguousarray(array)")
    }
    shape = shapeText.split(separator: ",").compactMap {
      Int($0.filter { $0 != "(" && $0 != ")" && $0 != " " && $0 != "L" })
    }
    self.kind = kind
    width = kind == .text ? number * 4 : number
    self.storage = storage
    offset = start + begin + length
    var elements = 1
    for length in shape {
      let (product, overflow) = elements.multipliedReportingOverflow(by: length)
      guard length >= 0, !overflow else { throw failure("has an impossible shape") }
      elements = product
    }
    let (needed, overflow) = elements.multipliedReportingOverflow(by: max(1, width))
    guard !overflow, needed <= size - begin - length else {
      throw failure("is cut short: \(shape) does not fit in it", "save or copy it again")
    }
  }

  /// The text after a key of the header, which is a Python dict of three known keys.
  private static func value(_ key: String, in header: String) -> String? {
    guard let found = header.firstRange(of: "'\(key)':") else { return nil }
    let rest = header[found.upperBound...]
    var depth = 0
    let end = rest.firstIndex { character in
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      return depth < 0 || depth == 0 && (character == "," || character == "}")
    }
    return end.map { String(rest[..<$0]) }
  }

  private func column<T: BitwiseCopyable & Sendable>(_: T.Type) -> Column<T>? {
    storage.column(T.self, at: offset, count: count)
  }

  /// The elements as Doubles, or nil if they are no numbers.
  var doubles: [Double]? {
    switch (kind, width) {
    case (.float, 2):
      // Float16 is not on every platform; its bits are widened by hand.
      column(UInt16.self)?.array.map { Double(Self.widened($0)) }
    case (.float, 4): column(Float.self)?.array.map(Double.init)
    case (.float, 8): column(Double.self)?.array
    default: integers?.map(Double.init)
    }
  }

  /// The elements as Floats, or nil if they are no numbers.
  var floats: [Float]? {
    kind == .float && width == 4 ? column(Float.self)?.array : doubles?.map { Float($0) }
  }

  /// The elements as whole numbers, or nil if they are none.
  var integers: [Int]? {
    switch (kind, width) {
    case (.signed, 1): column(Int8.self)?.array.map(Int.init)
    case (.signed, 2): column(Int16.self)?.array.map(Int.init)
    case (.signed, 4): column(Int32.self)?.array.map(Int.init)
    case (.signed, 8): column(Int64.self)?.array.map(Int.init)
    case (.unsigned, 1), (.boolean, 1): column(UInt8.self)?.array.map(Int.init)
    case (.unsigned, 2): column(UInt16.self)?.array.map(Int.init)
    case (.unsigned, 4): column(UInt32.self)?.array.map(Int.init)
    case (.unsigned, 8): column(UInt64.self)?.array.map { Int(clamping: $0) }
    default: nil
    }
  }

  /// The elements as texts, whatever they are but floating-point numbers.
  var texts: [String]? {
    switch kind {
    case .text:
      guard let codes = storage.column(UInt32.self, at: offset, count: count * (width / 4)) else {
        return nil
      }
      let length = width / 4
      return (0..<count).map { element in
        var text = String.UnicodeScalarView()
        for place in 0..<length {
          guard let scalar = Unicode.Scalar(codes[element * length + place]), scalar.value > 0
          else {
            break
          }
          text.append(scalar)
        }
        return String(text)
      }
    case .bytes:
      guard let bytes = storage.column(UInt8.self, at: offset, count: count * width) else {
        return nil
      }
      return (0..<count).map { element in
        let all = (0..<width).map { bytes[element * width + $0] }
        return String(decoding: all.prefix { $0 != 0 }, as: UTF8.self)
      }
    default: return integers?.map(String.init)
    }
  }

  private static func widened(_ half: UInt16) -> Float {
    let sign = UInt32(half & 0x8000) << 16
    let exponent = Int32(half >> 10 & 0x1F)
    let fraction = UInt32(half & 0x3FF)
    if exponent == 0 {
      let small = Float(fraction) * 0x1p-24
      return sign == 0 ? small : -small
    }
    let wide = exponent == 0x1F ? 0xFF : UInt32(exponent + 112)
    return Float(bitPattern: sign | wide << 23 | fraction << 13)
  }
}
