/// Files small enough to be held in memory as they are.
package enum WholeFile {
  /// The bytes of a file, or of standard input (`-`), decompressed if need be.
  ///
  /// A file of more than `limit` bytes is refused.
  package static func read(
    _ path: String, limit: Int = 1 << 28
  ) throws(IngestError) -> [UInt8] {
    var stream = try ByteStream.open(path, mayWait: true)
    return try stream.readAll(limit: limit)
  }

  /// The bytes of a file of this program's own, which it may replace later.
  ///
  /// A file of more than `limit` bytes is refused.
  package static func readOwn(_ path: String, limit: Int) throws(IngestError) -> [UInt8] {
    var stream = try ByteStream.open(path, isInput: false)
    return try stream.readAll(limit: limit)
  }
}
