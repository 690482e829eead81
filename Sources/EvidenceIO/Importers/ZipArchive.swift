import Basics
import CZlib
import ScoringCore

/// The members of a zip archive, found by its directory; stored or deflated ones can be read.
struct ZipArchive {
  /// One member.
  struct Member {
    var name: String
    /// 0 stored, 8 deflated.
    var method: Int
    /// The checksum of the content.
    var checksum: Int
    var packedSize: Int
    var size: Int
    /// Where its local header begins.
    var header: Int
  }

  let file: String
  private let storage: ColumnStorage
  private let bytes: Column<UInt8>
  /// The members in the directory's order.
  private(set) var members: [Member] = []

  init(_ storage: ColumnStorage, file: String) throws(IngestError) {
    self.file = file
    self.storage = storage
    guard let bytes = Column<UInt8>(in: storage, at: 0, count: storage.byteCount) else {
      throw IngestError(file: file, "is no zip archive")
    }
    self.bytes = bytes
    try readDirectory()
  }

  private func damaged(_ problem: String) -> IngestError {
    IngestError(file: file, "the zip archive is damaged (\(problem))", remedy: "save it again")
  }

  /// A little-endian number; nil outside the file.
  private func number(_ offset: Int, _ count: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - count else { return nil }
    var value: UInt64 = 0
    for place in (0..<count).reversed() { value = value << 8 | UInt64(bytes[offset + place]) }
    return Int(exactly: value)
  }

  private mutating func readDirectory() throws(IngestError) {
    var (count, start) = try directoryPlace()
    while count > 0 {
      count -= 1
      guard number(start, 4) == 0x0201_4B50, let method = number(start + 10, 2),
        let checksum = number(start + 16, 4), let packed = number(start + 20, 4),
        let size = number(start + 24, 4),
        let nameLength = number(start + 28, 2), let extraLength = number(start + 30, 2),
        let commentLength = number(start + 32, 2), let header = number(start + 42, 4),
        number(start + 8, 2).map({ $0 & 1 == 0 }) == true,
        start + 46 + nameLength + extraLength + commentLength <= bytes.count
      else { throw damaged("its directory") }
      let nameBytes = (0..<nameLength).map { bytes[start + 46 + $0] }
      var member = Member(
        name: String(decoding: nameBytes, as: UTF8.self), method: method, checksum: checksum,
        packedSize: packed, size: size, header: header)
      try widen(&member, start + 46 + nameLength, extraLength)
      members.append(member)
      start += 46 + nameLength + extraLength + commentLength
    }
  }

  /// Where the directory is, and how many members it has.
  private func directoryPlace() throws(IngestError) -> (count: Int, start: Int) {
    var end = bytes.count - 22
    let lowest = max(0, end - 0xFFFF)
    while end >= lowest, number(end, 4) != 0x0605_4B50 { end -= 1 }
    guard end >= lowest, let count = number(end + 10, 2), let start = number(end + 16, 4) else {
      throw damaged("it has no directory: was it copied whole?")
    }
    guard count == 0xFFFF || start == 0xFFFF_FFFF else { return (count, start) }
    guard number(end - 20, 4) == 0x0706_4B50, let wide = number(end - 12, 8),
      number(wide, 4) == 0x0606_4B50, let wideCount = number(wide + 32, 8),
      let wideStart = number(wide + 48, 8), wideCount <= bytes.count
    else { throw damaged("its directory") }
    return (wideCount, wideStart)
  }

  /// Takes sizes of 64 bits from a member's extra field.
  private func widen(
    _ member: inout Member, _ start: Int, _ length: Int
  ) throws(IngestError) {
    var at = start
    while at + 4 <= start + length, let tag = number(at, 2), let size = number(at + 2, 2) {
      if tag == 1 {
        var place = at + 4
        for field in [\Member.size, \.packedSize, \.header]
        where member[keyPath: field] == 0xFFFF_FFFF {
          guard place + 8 <= at + 4 + size, let value = number(place, 8) else {
            throw damaged(member.name)
          }
          member[keyPath: field] = value
          place += 8
        }
      }
      at += 4 + size
    }
  }

  /// A member's content: a view into the file where it is stored, otherwise inflated.
  func content(_ member: Member) throws(IngestError) -> (storage: ColumnStorage, offset: Int) {
    guard number(member.header, 4) == 0x0403_4B50, let name = number(member.header + 26, 2),
      let extra = number(member.header + 28, 2)
    else { throw damaged(member.name) }
    let start = member.header + 30 + name + extra
    guard member.packedSize >= 0, start <= bytes.count - member.packedSize else {
      throw damaged("\(member.name) ends outside the file")
    }
    switch member.method {
    case 0:
      guard member.size == member.packedSize else { throw damaged(member.name) }
      try check(storage, start, member)
      return (storage, start)
    case 8:
      let content = try inflated(member, start)
      try check(content, 0, member)
      return (content, 0)
    default:
      throw IngestError(
        file: file, at: .tensor(member.name), "is compressed by method \(member.method)",
        remedy: "save with numpy.savez or numpy.savez_compressed")
    }
  }

  private func check(
    _ content: ColumnStorage, _ start: Int, _ member: Member
  ) throws(IngestError) {
    guard let bytes = Column<UInt8>(in: content, at: start, count: member.size) else {
      throw damaged(member.name)
    }
    let sum = bytes.span.withUnsafeBufferPointer { all in
      stride(from: 0, to: all.count, by: 1 << 30).reduce(crc32(0, nil, 0)) { sum, place in
        let part = all[place..<min(all.count, place + 1 << 30)]
        return crc32(sum, UnsafeBufferPointer(rebasing: part).baseAddress, UInt32(part.count))
      }
    }
    guard Int(sum) == member.checksum else {
      throw damaged("\(member.name) differs from its checksum")
    }
  }

  /// Refuses an archive that is tiny for what it claims to hold: a single array may compress well,
  /// such as a mask, but not all of them together.
  func checkSize() throws(IngestError) {
    var (packed, size) = (0, 0)
    for member in members {
      packed = packed.addingReportingOverflow(max(0, member.packedSize)).partialValue
      let (sum, overflow) = size.addingReportingOverflow(max(0, member.size))
      size = overflow ? .max : sum
    }
    guard size > ByteStream.mostUnpacked, size / ByteStream.mostTimesLarger > packed else { return }
    throw IngestError(
      file: file, "unpacks to more than \(ByteStream.mostTimesLarger) times its size",
      remedy: "no evidence is like that; save the arrays with numpy.savez if you trust them")
  }

  private func inflated(_ member: Member, _ start: Int) throws(IngestError) -> ColumnStorage {
    // Deflate makes nothing smaller than a 1032nd: a larger promise is a lie that costs memory.
    guard member.size <= member.packedSize * 1032 + 64 else { throw damaged(member.name) }
    let target = UnsafeMutableRawBufferPointer.allocate(
      byteCount: max(1, member.size), alignment: 64)
    let storage = ColumnStorage(
      adopting: UnsafeRawBufferPointer(rebasing: target[0..<member.size]),
      release: { UnsafeMutableRawPointer(mutating: $0.baseAddress)?.deallocate() })
    let packed = bytes.span.extracting(start..<start + member.packedSize)
    let isWhole = packed.withUnsafeBytes { Self.inflate($0, into: target, size: member.size) }
    guard isWhole else { throw damaged(member.name) }
    return storage
  }

  /// Inflates raw deflate data; false unless it gives exactly `size` bytes.
  private static func inflate(
    _ input: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, size: Int
  ) -> Bool {
    guard let source = input.baseAddress, let output = target.baseAddress else { return size == 0 }
    var stream = z_stream()
    // Window bits below 0: no zlib header.
    let result = inflateInit2_(&stream, -15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard result == Z_OK else { return false }
    defer { inflateEnd(&stream) }
    var (taken, given) = (0, 0)
    while true {
      let (input, room) = (min(input.count - taken, 1 << 30), min(size - given, 1 << 30))
      stream.next_in = UnsafeMutablePointer(
        mutating: (source + taken).assumingMemoryBound(to: UInt8.self))
      stream.avail_in = UInt32(input)
      stream.next_out = (output + given).assumingMemoryBound(to: UInt8.self)
      stream.avail_out = UInt32(room)
      let step = CZlib.inflate(&stream, Z_NO_FLUSH)
      taken += input - Int(stream.avail_in)
      given += room - Int(stream.avail_out)
      if step == Z_STREAM_END { return given == size }
      guard step == Z_OK, Int(stream.avail_in) < input || Int(stream.avail_out) < room else {
        return false
      }
    }
  }
}
