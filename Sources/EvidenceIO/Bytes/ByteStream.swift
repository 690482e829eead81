import Basics
import Glibc

/// Bytes of a file, a compressed file or standard input, in order.
struct ByteStream: ~Copyable, Sendable {
  /// The file as the user named it, `-` for standard input.
  let file: String
  /// The file's size, unless it is a pipe.
  let totalBytes: Int?
  /// Bytes taken from the file so far, before decompression.
  private(set) var bytesRead = 0
  private let descriptor: Int32
  private let owned: Bool
  private var inflater: Inflater?
  private let packed = RawBuffer(count: 1 << 16)
  private var packedRange = 0..<0
  private var ended = false

  /// What turns UTF-16 into UTF-8, and text of it that nobody has taken yet.
  private var decoder: UTF16Decoder?
  private var decoded: [UInt8] = []

  private var started = false
  private var peeked: [UInt8] = []
  private var unpackedBytes = 0
  /// Whether the last read ended because a pipe had no more for the moment.
  private(set) var isPaused = false

  /// Compressed data beyond these sizes is no data: nothing that was worth recording repeats itself
  /// like that, and a megabyte could fill any memory.
  static let mostUnpacked = 16 << 20
  static let mostTimesLarger = 250
  /// How long a pipe may have nothing to read before what there is goes on, in milliseconds.
  private static let patience: Int32 = 40

  /// Reads from a descriptor, which is closed at the end if it is owned.
  init(descriptor: Int32, owned: Bool, file: String) {
    self.file = file
    self.owned = owned
    self.descriptor = descriptor
    totalBytes = FileBytes.size(descriptor)
  }

  /// Opens a path, or standard input for `-`.
  ///
  /// Gzip is recognised by its first bytes.
  ///
  /// - Parameters:
  ///   - isInput: Whether no output may replace the file.
  ///   - mayWait: Whether the path may be a pipe, because a user named it.
  static func open(
    _ path: String, isInput: Bool = true, mayWait: Bool = false,
    standardInput: Int32 = STDIN_FILENO
  ) throws(IngestError) -> ByteStream {
    guard path != "-" else {
      InputFiles.note(standardInput, path)
      return ByteStream(descriptor: standardInput, owned: false, file: path)
    }
    return ByteStream(
      descriptor: try FileBytes.open(path, isInput: isInput, mayWait: mayWait), owned: true,
      file: path)
  }

  deinit { if owned { close(descriptor) } }

  /// Reads up to `buffer.count` bytes; fewer only at the end, or when a pipe pauses.
  ///
  /// - Parameter stopsAtPause: Whether to return with what there is when a pipe has no more for the
  ///   moment, so that somebody who writes slowly is answered.
  mutating func read(
    into buffer: UnsafeMutableRawBufferPointer, stopsAtPause: Bool = false
  ) throws(IngestError) -> Int {
    isPaused = false
    if !started { try start() }
    var filled = min(peeked.count, buffer.count)
    if filled > 0 {
      buffer.copyBytes(from: peeked.prefix(filled))
      peeked.removeFirst(filled)
    }
    while filled < buffer.count {
      if stopsAtPause && filled > 0 && hasNothingToRead {
        isPaused = true
        break
      }
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
      let got =
        try decoder != nil
        ? readDecoded(rest) : inflater == nil ? readPlain(rest) : readPacked(rest)
      if got == 0 { break }
      filled += got
    }
    return filled
  }

  /// The next bytes without taking them: as many as asked for unless the stream is shorter, or a
  /// pipe pauses after a whole line.
  mutating func peek(_ count: Int) throws(IngestError) -> [UInt8] {
    let buffer = RawBuffer(count: count)
    var filled = 0
    while filled < count {
      let got = try read(into: buffer.part(filled..<count), stopsAtPause: true)
      filled += got
      if got == 0 || isPaused && buffer.part(0..<filled).contains(0x0A) { break }
    }
    peeked = Array(buffer.part(0..<filled)) + peeked
    return Array(peeked.prefix(count))
  }

  /// Whether a pipe has nothing to read, and nothing read is left to unpack.
  private var hasNothingToRead: Bool {
    guard totalBytes == nil, !ended, packedRange.isEmpty else { return false }
    var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&ready, 1, Self.patience) == 0
  }

  /// Everything from here to the end, refused beyond a limit.
  mutating func readAll(limit: Int) throws(IngestError) -> [UInt8] {
    var all: [UInt8] = []
    let block = RawBuffer(count: 1 << 20)
    while true {
      let got = try read(into: block.bytes)
      if got == 0 { return all }
      guard all.count + got <= limit else {
        throw IngestError(file: file, "is larger than \(limit) bytes", remedy: "split the file")
      }
      all.append(contentsOf: block.part(0..<got))
    }
  }

  /// Reads the first bytes, at least two unless there are no more, and looks for gzip's mark.
  private mutating func start() throws(IngestError) {
    started = true
    var end = 0
    while end < 2 && !ended {
      let got = try readPackedBytes(at: end)
      end += got
      if got == 0 { ended = true }
    }
    packedRange = 0..<end
    if end >= 2 && packed.bytes[0] == 0x1F && packed.bytes[1] == 0x8B {
      inflater = try Inflater(file: file)
    }
    if end >= 2 { decoder = UTF16Decoder(mark: packed.bytes[0], packed.bytes[1]) }
  }

  private mutating func readPackedBytes(at offset: Int) throws(IngestError) -> Int {
    guard let base = packed.bytes.baseAddress else { return 0 }
    let got = try FileBytes.read(
      descriptor, into: base + offset, count: packed.count - offset, file: file)
    bytesRead += got
    return got
  }

  private mutating func readPlain(
    _ target: UnsafeMutableRawBufferPointer
  ) throws(IngestError) -> Int {
    if !packedRange.isEmpty {
      let count = min(target.count, packedRange.count)
      let start = packedRange.lowerBound
      target.copyMemory(from: UnsafeRawBufferPointer(packed.part(start..<start + count)))
      packedRange = (packedRange.lowerBound + count)..<packedRange.upperBound
      return count
    }
    guard !ended, let base = target.baseAddress else { return 0 }
    let got = try FileBytes.read(descriptor, into: base, count: target.count, file: file)
    bytesRead += got
    if got == 0 { ended = true }
    return got
  }

  private mutating func readDecoded(
    _ target: UnsafeMutableRawBufferPointer
  ) throws(IngestError) -> Int {
    while decoded.isEmpty {
      let raw = RawBuffer(count: 1 << 15)
      let got = try readPlain(raw.bytes)
      decoded = got > 0 ? decoder?.decode(raw.part(0..<got)) ?? [] : decoder?.finish() ?? []
      if got == 0 && decoded.isEmpty { return 0 }
    }
    let count = min(target.count, decoded.count)
    target.copyBytes(from: decoded.prefix(count))
    decoded.removeFirst(count)
    return count
  }

  private mutating func readPacked(
    _ target: UnsafeMutableRawBufferPointer
  ) throws(IngestError) -> Int {
    while true {
      if packedRange.isEmpty && !ended {
        let got = try readPackedBytes(at: 0)
        packedRange = 0..<got
        if got == 0 { ended = true }
      }
      if packedRange.isEmpty {
        guard inflater?.atMemberEnd == true else { throw truncated() }
        return 0
      }
      let range = packedRange
      let input = UnsafeRawBufferPointer(packed.part(range))
      guard let step = try inflater?.inflate(input, into: target) else { return 0 }
      packedRange = (range.lowerBound + step.read)..<range.upperBound
      if step.written > 0 {
        try count(unpacked: step.written)
        return step.written
      }
      guard step.read > 0 else { throw truncated() }
    }
  }

  private mutating func count(unpacked: Int) throws(IngestError) {
    unpackedBytes += unpacked
    guard unpackedBytes > Self.mostUnpacked,
      unpackedBytes / Self.mostTimesLarger > bytesRead
    else { return }
    throw IngestError(
      file: file, at: .byte(bytesRead),
      "unpacks to more than \(Self.mostTimesLarger) times its size",
      remedy: "no evidence is like that; unpack it yourself if you trust it")
  }

  private func truncated() -> IngestError {
    IngestError(
      file: file, at: .byte(bytesRead), "the gzip stream is cut short",
      remedy: "copy or compress the file again")
  }
}
