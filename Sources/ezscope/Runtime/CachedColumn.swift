import Basics
import ScoringCore

/// A column of scores as the cache's files hold it: a mark, the key, counts, columns, a checksum.
///
/// Everything is little-endian. A file that is not exactly what was written is not used.
enum CachedColumn {
  private static let mark = Array("EZSCORE1".utf8)

  static func encode(_ column: ScoreColumn, key: String) -> [UInt8] {
    var bytes = mark
    let key = Array(key.utf8)
    bytes.reserveCapacity(64 + key.count + column.count * 29)
    append(UInt64(key.count), to: &bytes)
    bytes += key
    append(UInt64(column.count), to: &bytes)
    append(UInt64(column.zones == nil ? 0 : 1), to: &bytes)
    for value in column.values { append(value.bitPattern, to: &bytes) }
    bytes += column.statuses.map(\.rawValue)
    if let zones = column.zones {
      for value in zones.up + zones.down { append(value.bitPattern, to: &bytes) }
      for value in zones.errors { append(UInt32(bitPattern: value), to: &bytes) }
      append(UInt64(zones.skipped), to: &bytes)
    }
    append(hash(bytes), to: &bytes)
    return bytes
  }

  /// Nil if the bytes are not what `encode` wrote for this key.
  static func decode(_ bytes: [UInt8], key: String, attack: String) -> ScoreColumn? {
    var reader = Reader(bytes: bytes)
    let key = Array(key.utf8)
    guard bytes.count > mark.count + 8, hash(bytes.dropLast(8)) == Reader.last(bytes),
      reader.bytes(mark.count) == mark[...], reader.count() == key.count,
      reader.bytes(key.count) == key[...], let count = reader.count(), let kind = reader.count(),
      let values = reader.doubles(count), let codes = reader.bytes(count)
    else { return nil }
    let statuses = codes.compactMap { ScoreStatus(rawValue: $0) }
    guard statuses.count == count else { return nil }
    var zones: ZoneColumns?
    if kind == 1 {
      guard let up = reader.doubles(count), let down = reader.doubles(count),
        let errors = reader.integers(count), let skipped = reader.count()
      else { return nil }
      var columns = ZoneColumns()
      (columns.up, columns.down, columns.errors) = (up, down, errors)
      columns.skipped = skipped
      zones = columns
    }
    guard reader.left == 8 else { return nil }
    return ScoreColumn(attack: attack, values: values, statuses: statuses, zones: zones)
  }

  /// FNV-1a over words of eight bytes, then over what is left.
  static func hash(_ bytes: some Collection<UInt8>) -> UInt64 {
    let offset: UInt64 = 0xCBF2_9CE4_8422_2325
    let found = bytes.withContiguousStorageIfAvailable { storage in
      let raw = UnsafeRawBufferPointer(storage)
      var hash = offset
      var place = 0
      while place + 8 <= raw.count {
        hash = (hash ^ raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0x100_0000_01B3
        hash ^= hash >> 29
        place += 8
      }
      while place < raw.count {
        hash = (hash ^ UInt64(raw[place])) &* 0x100_0000_01B3
        place += 1
      }
      return hash
    }
    return found ?? offset
  }

  private static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private struct Reader {
    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var left: Int { bytes.count - place }

    static func last(_ bytes: [UInt8]) -> UInt64 {
      bytes.withUnsafeBytes {
        UInt64(littleEndian: $0.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self))
      }
    }

    mutating func bytes(_ count: Int) -> ArraySlice<UInt8>? {
      guard count >= 0, count <= left else { return nil }
      defer { place += count }
      return bytes[place..<place + count]
    }

    mutating func count() -> Int? {
      guard left >= 8 else { return nil }
      let start = place
      place += 8
      return bytes.withUnsafeBytes {
        Int(
          exactly: UInt64(
            littleEndian: $0.loadUnaligned(fromByteOffset: start, as: UInt64.self)))
      }
    }

    mutating func doubles(_ count: Int) -> [Double]? {
      guard count >= 0, count <= left / 8 else { return nil }
      let start = place
      place += count * 8
      return bytes.withUnsafeBytes { raw in
        (0..<count).map { index in
          Double(
            bitPattern: UInt64(
              littleEndian: raw.loadUnaligned(
                fromByteOffset: start + index * 8, as: UInt64.self)))
        }
      }
    }

    mutating func integers(_ count: Int) -> [Int32]? {
      guard count >= 0, count <= left / 4 else { return nil }
      let start = place
      place += count * 4
      return bytes.withUnsafeBytes { raw in
        (0..<count).map { index in
          Int32(
            bitPattern: UInt32(
              littleEndian: raw.loadUnaligned(
                fromByteOffset: start + index * 4, as: UInt32.self)))
        }
      }
    }
  }
}
