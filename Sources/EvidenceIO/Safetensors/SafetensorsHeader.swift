import Basics
import ScoringCore

/// The table of contents of a safetensors file, checked against the file's size.
struct SafetensorsHeader {
  /// One tensor: its type, shape and place.
  struct Tensor {
    var type: String
    var shape: [Int]
    /// Where its bytes lie in the file.
    var range: Range<Int>

    /// The number of elements.
    var count: Int { shape.reduce(1, *) }
  }

  /// The tensors by name.
  private(set) var tensors: [String: Tensor] = [:]
  /// `__metadata__`.
  private(set) var metadata: [String: String] = [:]

  /// Larger headers are refused before anything is allocated for them.
  static let largest = 100 << 20

  /// Reads the header of a whole file.
  init(_ storage: ColumnStorage, file: String) throws(IngestError) {
    let size = storage.byteCount
    guard size >= 8, let prefix = Column<UInt8>(in: storage, at: 0, count: 8) else {
      throw IngestError(
        file: file, "has \(size) bytes, too few for a safetensors file",
        remedy: "copy or write the file again")
    }
    let length = prefix.array.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= Self.largest, length <= size - 8 else {
      throw IngestError(
        file: file, at: .byte(0),
        "the header claims \(length) bytes in a file of \(size)",
        remedy: "the file is cut short or not safetensors; write it again")
    }
    guard let text = Column<UInt8>(in: storage, at: 8, count: Int(length)) else {
      throw IngestError(file: file, at: .byte(8), "the header cannot be read")
    }
    let document: JSONValue
    do throws(JSONError) {
      document = try JSONValue.parse(text.array)
    } catch {
      throw IngestError(
        file: file, at: .byte(8), "the header is not valid: \(error.problem)",
        remedy: "write the file again with a safetensors library")
    }
    guard case .object(let members) = document else {
      throw IngestError(file: file, at: .byte(8), "the header is not an object")
    }
    for member in members {
      if member.key == "__metadata__" {
        try readMetadata(member.value, file)
      } else {
        tensors[member.key] = try Self.tensor(member, 8 + Int(length), size, file)
      }
    }
    try checkPlaces(dataStart: 8 + Int(length), size: size, file: file)
  }

  private mutating func readMetadata(
    _ value: JSONValue, _ file: String
  ) throws(IngestError) {
    guard case .object(let members) = value else {
      throw IngestError(file: file, field: "__metadata__", "is not an object")
    }
    for member in members {
      guard let text = member.value.string else {
        throw IngestError(
          file: file, field: "__metadata__", "\(member.key) is not a string",
          remedy: "safetensors metadata maps strings to strings")
      }
      metadata[member.key] = text
    }
  }

  private static func tensor(
    _ member: JSONValue.Member, _ dataStart: Int, _ size: Int, _ file: String
  ) throws(IngestError) -> Tensor {
    func wrong(_ problem: String) -> IngestError {
      IngestError(
        file: file, at: .tensor(member.key), problem,
        remedy: "the file is damaged; write it again")
    }
    guard let type = member.value["dtype"]?.string, let width = Self.width(type) else {
      throw wrong("its dtype is missing or unknown")
    }
    guard let shape = member.value["shape"]?.list?.map(\.int),
      let offsets = member.value["data_offsets"]?.list?.map(\.int), offsets.count == 2,
      let begin = offsets[0], let end = offsets[1]
    else { throw wrong("its shape or data_offsets are missing or not whole numbers") }
    var bytes = width
    var dimensions: [Int] = []
    for dimension in shape {
      guard let dimension, dimension >= 0 else { throw wrong("its shape is impossible") }
      let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
      guard !overflow else { throw wrong("its shape is impossibly large") }
      bytes = product
      dimensions.append(dimension)
    }
    guard begin >= 0, end >= begin, end <= size - dataStart else {
      throw wrong(
        "its data_offsets [\(begin), \(end)] lie outside the file's \(size - dataStart) bytes of data"
      )
    }
    guard end - begin == bytes else {
      throw wrong("its data_offsets hold \(end - begin) bytes where its shape needs \(bytes)")
    }
    return Tensor(type: type, shape: dimensions, range: dataStart + begin..<dataStart + end)
  }

  private static func width(_ type: String) -> Int? {
    switch type {
    case "BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2": 1
    case "U16", "I16", "F16", "BF16": 2
    case "U32", "I32", "F32": 4
    case "U64", "I64", "F64": 8
    default: nil
    }
  }

  /// Checks that the tensors fill the data without gap, overlap or rest, as the format demands.
  private func checkPlaces(dataStart: Int, size: Int, file: String) throws(IngestError) {
    var end = dataStart
    let placed = tensors.sorted {
      ($0.value.range.lowerBound, $0.value.range.upperBound)
        < ($1.value.range.lowerBound, $1.value.range.upperBound)
    }
    for (name, tensor) in placed {
      guard tensor.range.lowerBound == end else {
        let what =
          tensor.range.lowerBound < end ? "overlaps another tensor" : "leaves a gap before it"
        throw IngestError(
          file: file, at: .tensor(name), what, remedy: "the file is damaged; write it again")
      }
      end = tensor.range.upperBound
    }
    guard end == size else {
      throw IngestError(
        file: file, at: .byte(end), "\(size - end) bytes follow the last tensor",
        remedy: "the file is damaged; write it again")
    }
  }
}
