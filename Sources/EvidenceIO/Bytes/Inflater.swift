import Basics
import CZlib

/// Decompresses a gzip stream piece by piece, concatenated members included.
struct Inflater: ~Copyable, @unchecked Sendable {
  // Sendable is sound: a noncopyable owner hands the stream over as a whole.
  private var stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let file: String
  /// Whether the last member is complete.
  private(set) var atMemberEnd = false
  private var consumed = 0

  init(file: String) throws(IngestError) {
    self.file = file
    stream.initialize(to: z_stream())
    guard ez_inflate_init_gzip(stream) == Z_OK else {
      throw IngestError(.inputOutput, file: file, "zlib cannot be started")
    }
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Decompresses until the output is full or the input used up.
  ///
  /// - Returns: How many bytes of each were dealt with.
  mutating func inflate(
    _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer
  ) throws(IngestError) -> (read: Int, written: Int) {
    guard let inputBase = input.baseAddress, let outputBase = output.baseAddress else {
      return (0, 0)
    }
    stream.pointee.next_in = UnsafeMutablePointer(
      mutating: inputBase.assumingMemoryBound(to: UInt8.self))
    stream.pointee.avail_in = UInt32(clamping: input.count)
    stream.pointee.next_out = outputBase.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(clamping: output.count)
    while stream.pointee.avail_out > 0 && stream.pointee.avail_in > 0 {
      if atMemberEnd {
        guard inflateReset(stream) == Z_OK else { throw corrupt(input.count) }
        atMemberEnd = false
      }
      let result = CZlib.inflate(stream, Z_NO_FLUSH)
      switch result {
      case Z_OK: continue
      case Z_STREAM_END: atMemberEnd = true
      case Z_BUF_ERROR: break
      default: throw corrupt(input.count)
      }
      if result == Z_BUF_ERROR { break }
    }
    let read = input.count - Int(stream.pointee.avail_in)
    consumed += read
    return (read, output.count - Int(stream.pointee.avail_out))
  }

  private func corrupt(_ count: Int) -> IngestError {
    let offset = consumed + count - Int(stream.pointee.avail_in)
    let words = stream.pointee.msg.map { String(cString: $0) } ?? "not gzip data"
    return IngestError(
      file: file, at: .byte(offset), "the gzip stream is damaged (\(words))",
      remedy: "copy or compress the file again")
  }
}
