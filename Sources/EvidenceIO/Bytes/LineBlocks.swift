import Glibc

/// Cuts a stream into blocks of whole lines, so that blocks can be parsed in parallel.
struct LineBlocks: ~Copyable, Sendable {
  /// A block of whole lines, each with its newline, and room to read beyond the last.
  struct Block: ~Copyable {
    /// The buffer, of which the first `count` bytes are content.
    var buffer = RawBuffer(count: 0)
    /// How many bytes of whole lines there are.
    var count = 0
    /// The block's place in the stream.
    var index = 0
  }

  /// Bytes that may be read beyond a block's content.
  static let padding = 64

  private var stream: ByteStream
  private let size: Int
  private let longestLine: Int
  private var carried: [UInt8] = []
  private var next = 0
  private var ended = false
  private var converter: JSONLineConverter?

  init(
    _ stream: consuming ByteStream, converter: JSONLineConverter? = nil, size: Int = 4 << 20,
    longestLine: Int = 64 << 20
  ) {
    self.stream = stream
    self.converter = converter
    self.size = size
    self.longestLine = longestLine
  }

  /// How far reading has come.
  var progress: IngestProgress {
    IngestProgress(file: stream.file, bytes: stream.bytesRead, totalBytes: stream.totalBytes)
  }

  /// Fills a block with the next lines; false at the end of the stream.
  ///
  /// - Throws: `IngestError` if a line is longer than the limit: nothing after it can be trusted.
  mutating func read(into block: inout Block) throws(IngestError) -> Bool {
    var filled = carried.count
    var wanted = max(size, filled + size / 2)
    block.buffer.grow(to: wanted + Self.padding, keeping: 0)
    block.buffer.part(0..<filled).copyBytes(from: carried)
    carried.removeAll(keepingCapacity: true)
    var searched = 0
    while !ended {
      let got = try stream.read(into: block.buffer.part(filled..<wanted), stopsAtPause: true)
      if got == 0 {
        ended = true
        break
      }
      converter?.convert(block.buffer.part(filled..<filled + got))
      filled += got
      guard filled == wanted || stream.isPaused else { continue }
      if let cut = lastNewline(block.buffer.part(searched..<filled)) {
        carried.append(contentsOf: block.buffer.part(searched + cut + 1..<filled))
        return finish(&block, searched + cut + 1)
      }
      searched = filled
      guard filled == wanted else { continue }
      guard filled <= longestLine else {
        throw IngestError(
          file: stream.file, at: .byte(stream.bytesRead),
          "a line is longer than \(longestLine) bytes", remedy: "write one JSON object a line")
      }
      wanted = filled * 2
      block.buffer.grow(to: wanted + Self.padding, keeping: filled)
    }
    guard filled > 0 else { return false }
    block.buffer.grow(to: filled + 1 + Self.padding, keeping: filled)
    if block.buffer.bytes[filled - 1] == 0x0A { return finish(&block, filled) }
    block.buffer.bytes[filled] = 0x0A
    return finish(&block, filled + 1)
  }

  private mutating func finish(_ block: inout Block, _ count: Int) -> Bool {
    block.count = count
    block.index = next
    next += 1
    return true
  }

  private func lastNewline(_ bytes: UnsafeMutableRawBufferPointer) -> Int? {
    bytes.lastIndex(of: 0x0A)
  }
}

extension LineBlocks.Block {
  /// Gives a parser at each line, which ends in a 0.
  func forEachLine(_ body: (inout JSONCursor) -> Void) {
    guard let base = buffer.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
    var start = index == 0 && buffer.bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < count {
      let rest = base + start
      let length =
        memchr(rest, 0x0A, count - start).map { $0 - UnsafeMutableRawPointer(rest) }
        ?? count - start - 1
      rest[length] = 0
      var cursor = JSONCursor(at: rest, end: rest + length)
      body(&cursor)
      start += length + 1
    }
  }
}
