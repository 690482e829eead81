import Glibc
import ScoringCore

/// A whole file as storage for columns: mapped if large, read if small.
///
/// A mapped file that somebody truncates kills the process at the next access, which is why small
/// files are copied, and why writers here replace files instead of changing them.
enum FileBytes {
  /// Opens a file for reading.
  static func open(_ path: String) throws(IngestError) -> Int32 {
    while true {
      let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
      if descriptor >= 0 { return descriptor }
      if errno == EINTR { continue }
      let missing = errno == ENOENT || errno == ENOTDIR
      let kind: IngestError.Kind = missing || errno == EACCES ? .noInput : .inputOutput
      throw IngestError(
        kind, file: path, "cannot be opened (\(SystemResources.lastError))",
        remedy: missing ? "check the spelling of the path" : "check its permissions")
    }
  }

  /// The size of an open regular file, or nil if it is something else, such as a pipe.
  static func size(_ descriptor: Int32) -> Int? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// Reads up to `count` bytes; 0 at the end.
  static func read(
    _ descriptor: Int32, into buffer: UnsafeMutableRawPointer, count: Int, file: String
  ) throws(IngestError) -> Int {
    while true {
      let got = Glibc.read(descriptor, buffer, count)
      if got >= 0 { return got }
      if errno == EINTR { continue }
      throw IngestError(
        errno == EISDIR ? .noInput : .inputOutput, file: file,
        "cannot be read (\(SystemResources.lastError))")
    }
  }

  /// The first bytes of a file.
  static func prefix(_ path: String, count: Int) throws(IngestError) -> [UInt8] {
    let descriptor = try open(path)
    defer { close(descriptor) }
    let buffer = RawBuffer(count: count)
    var filled = 0
    while filled < count, let base = buffer.bytes.baseAddress {
      let got = try read(descriptor, into: base + filled, count: count - filled, file: path)
      if got == 0 { break }
      filled += got
    }
    return Array(buffer.part(0..<filled))
  }

  /// The bytes of a whole regular file.
  static func load(_ path: String, options: IngestOptions) throws(IngestError) -> ColumnStorage {
    let descriptor = try open(path)
    defer { close(descriptor) }
    guard let size = size(descriptor) else {
      throw IngestError(.noInput, file: path, "is not a regular file")
    }
    if size >= options.mappingThreshold && size > 0 {
      guard
        let address = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0),
        address != MAP_FAILED
      else {
        throw IngestError(
          .inputOutput, file: path, "cannot be mapped (\(SystemResources.lastError))")
      }
      return ColumnStorage(
        adopting: UnsafeRawBufferPointer(start: address, count: size),
        release: { munmap(UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count) })
    }
    return try readAll(descriptor, size: size, file: path)
  }

  private static func readAll(
    _ descriptor: Int32, size: Int, file: String
  ) throws(IngestError) -> ColumnStorage {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, size), alignment: 64)
    var filled = 0
    do throws(IngestError) {
      while filled < size, let base = buffer.baseAddress {
        let got = try read(descriptor, into: base + filled, count: size - filled, file: file)
        if got == 0 { break }
        filled += got
      }
    } catch {
      buffer.deallocate()
      throw error
    }
    return ColumnStorage(
      adopting: UnsafeRawBufferPointer(rebasing: buffer[0..<filled]),
      release: { UnsafeMutableRawPointer(mutating: $0.baseAddress)?.deallocate() })
  }
}

extension ColumnStorage {
  /// Part of the storage as elements: a view where they are aligned, otherwise a copy.
  func column<T: BitwiseCopyable & Sendable>(_: T.Type, at offset: Int, count: Int) -> Column<T>? {
    if let view = Column<T>(in: self, at: offset, count: count) { return view }
    let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<T>.stride)
    guard !overflow, let bytes = Column<UInt8>(in: self, at: offset, count: size) else {
      return nil
    }
    let copy = bytes.span.withUnsafeBytes { source in
      [T](unsafeUninitializedCapacity: count) { target, filled in
        UnsafeMutableRawBufferPointer(target).copyMemory(from: source)
        filled = count
      }
    }
    return Column(copy)
  }
}
