import Basics
import CZlib

/// Compresses bytes into a gzip stream.
struct GzipDeflater: ~Copyable {
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let output = RawBuffer(count: 1 << 16)

  init(file: String) throws(IngestError) {
    stream.initialize(to: z_stream())
    // 15 window bits + 16: a gzip header instead of zlib's.
    let result = deflateInit2_(
      stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size))
    guard result == Z_OK else {
      throw IngestError(.inputOutput, file: file, "zlib cannot be started")
    }
  }

  deinit {
    deflateEnd(stream)
    stream.deallocate()
  }

  /// Compresses bytes, passing on what comes out; at the end everything does.
  mutating func deflate(
    _ bytes: UnsafeRawBufferPointer, atEnd: Bool,
    _ write: (UnsafeRawBufferPointer) throws(IngestError) -> Void
  ) throws(IngestError) {
    var taken = 0
    repeat {
      let part = UnsafeRawBufferPointer(
        rebasing: bytes[taken..<min(bytes.count, taken + 1 << 30)])
      taken += part.count
      stream.pointee.next_in = UnsafeMutablePointer(
        mutating: part.baseAddress?.assumingMemoryBound(to: UInt8.self))
      stream.pointee.avail_in = UInt32(part.count)
      repeat {
        stream.pointee.next_out = output.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(output.count)
        _ = CZlib.deflate(stream, atEnd && taken == bytes.count ? Z_FINISH : Z_NO_FLUSH)
        let filled = output.count - Int(stream.pointee.avail_out)
        if filled > 0 { try write(UnsafeRawBufferPointer(output.part(0..<filled))) }
      } while stream.pointee.avail_out == 0
    } while taken < bytes.count
  }
}
