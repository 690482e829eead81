import Basics
import CZlib

/// Writes a zip archive of stored members: the same members give the same bytes.
package struct ZipWriter: ~Copyable {
  private var file: OutputFile
  private var directory: [UInt8] = []
  private var count = 0
  private var offset = 0
  /// 1 January 1980, the first day a zip archive knows.
  private static let date = 0x0021

  /// Begins an archive.
  package init(to path: String, _ contents: OutputFile.Contents) throws(IngestError) {
    file = try OutputFile.create(path, contents)
  }

  /// Appends a member.
  package mutating func add(_ name: String, _ bytes: [UInt8]) throws(IngestError) {
    let title = Array(name.utf8)
    guard title.count <= 0xFFFF, count < 0xFFFE,
      bytes.count + offset + title.count + directory.count < 0xFFFF_0000
    else {
      throw IngestError(
        .usage, file: file.path, "would be larger than 4 GB",
        remedy: "leave runs out with --run")
    }
    let sum = bytes.withUnsafeBufferPointer { all in
      crc32(crc32(0, nil, 0), all.baseAddress, UInt32(all.count))
    }
    // Names are UTF-8; stored; the sizes twice, because nothing is packed.
    var common: [UInt8] = []
    for (value, size) in [(20, 2), (0x800, 2), (0, 2), (0, 2), (Self.date, 2), (Int(sum), 4)] {
      Self.append(value, size, to: &common)
    }
    for (value, size) in [(bytes.count, 4), (bytes.count, 4), (title.count, 2), (0, 2)] {
      Self.append(value, size, to: &common)
    }
    var header: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
    header += common + title
    directory += [0x50, 0x4B, 0x01, 0x02, 20, 3] + common
    for (value, size) in [(0, 2), (0, 2), (0, 2), (0o100644 << 16, 4), (offset, 4)] {
      Self.append(value, size, to: &directory)
    }
    directory += title
    try file.write(header)
    try file.write(bytes)
    count += 1
    offset += header.count + bytes.count
  }

  /// Makes the archive complete.
  package consuming func commit() throws(IngestError) {
    try file.write(directory)
    var end: [UInt8] = [0x50, 0x4B, 0x05, 0x06, 0, 0, 0, 0]
    for (value, size) in [
      (count, 2), (count, 2), (directory.count, 4), (offset, 4), (0, 2),
    ] {
      Self.append(value, size, to: &end)
    }
    try file.write(end)
    try file.commit()
  }

  private static func append(_ value: Int, _ size: Int, to bytes: inout [UInt8]) {
    for place in 0..<size { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * place))) }
  }
}
