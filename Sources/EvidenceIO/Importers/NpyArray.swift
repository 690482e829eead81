import Basics
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
  /// The number of elements.
  let count: Int
  private let storage: ColumnStorage
  private let offset: Int
  /// The bytes of the elements.
  private let data: Column<UInt8>

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
    guard !overflow, needed <= size - begin - length,
      let data = Column<UInt8>(in: storage, at: offset, count: elements * width)
    else {
      throw failure("is cut short: \(shape) does not fit in it", "save or copy it again")
    }
    self.data = data
    count = elements
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

  /// Whether the elements are whole numbers.
  var isWhole: Bool {
    switch (kind, width) {
    case (.signed, 1), (.signed, 2), (.signed, 4), (.signed, 8), (.boolean, 1): true
    case (.unsigned, 1), (.unsigned, 2), (.unsigned, 4), (.unsigned, 8): true
    default: false
    }
  }

  /// Whether the elements are numbers.
  var isNumeric: Bool {
    isWhole || kind == .float && (width == 2 || width == 4 || width == 8)
  }

  /// An element of an array of numbers, read where it lies: the whole array converted would take
  /// several times its size.
  func float(_ index: Int) -> Float {
    switch (kind, width) {
    // Float16 is not on every platform; its bits are widened by hand.
    case (.float, 2): Self.widened(load(index, UInt16.self))
    case (.float, 4): load(index, Float.self)
    case (.float, 8): Float(load(index, Double.self))
    default: Float(integer(index))
    }
  }

  /// All elements of an array of numbers; nil of any other.
  var doubles: [Double]? {
    guard isNumeric else { return nil }
    return (0..<count).map { index in
      kind == .float && width == 8 ? load(index, Double.self) : Double(float(index))
    }
  }

  /// All elements of an array of whole numbers; nil of any other.
  var integers: [Int]? {
    isWhole ? (0..<count).map(integer) : nil
  }

  /// An element of an array of whole numbers.
  func integer(_ index: Int) -> Int {
    switch (kind, width) {
    case (.signed, 1): Int(load(index, Int8.self))
    case (.signed, 2): Int(load(index, Int16.self))
    case (.signed, 4): Int(load(index, Int32.self))
    case (.signed, 8): Int(load(index, Int64.self))
    case (.unsigned, 2): Int(load(index, UInt16.self))
    case (.unsigned, 4): Int(load(index, UInt32.self))
    case (.unsigned, 8): Int(clamping: load(index, UInt64.self))
    default: Int(load(index, UInt8.self))
    }
  }

  private func load<T: BitwiseCopyable>(_ index: Int, _: T.Type) -> T {
    precondition(index >= 0 && index < count)
    return data.span.bytes.unsafeLoadUnaligned(
      fromByteOffset: index * MemoryLayout<T>.size, as: T.self)
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
    default: return isWhole ? (0..<count).map { String(integer($0)) } : nil
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
