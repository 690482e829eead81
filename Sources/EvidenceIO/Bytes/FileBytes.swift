import Basics
import CFiles
import Glibc
import ScoringCore

/// A whole file as storage for columns: mapped if large, read if small.
///
/// A mapped file that somebody truncates would kill the process at the next access without a word.
/// Small files are therefore copied, writers here replace files instead of changing them, and a
/// large file that shrinks nevertheless is named: the process ends with status 65, and a dashboard
/// goes on with zeros in place of what is gone.
package enum FileBytes {
  /// Opens a file for reading.
  ///
  /// - Parameter isInput: Whether to remember it as an input, which no output may replace.
  /// - Parameter mayWait: Whether the file may be a pipe, which a user named and somebody fills.
  ///   Otherwise anything but a regular file or a folder is refused at once: opening a pipe that a
  ///   folder merely holds would wait for ever.
  static func open(
    _ path: String, isInput: Bool = true, mayWait: Bool = false
  ) throws(IngestError) -> Int32 {
    while true {
      // Without waiting, because what is at the path may be a pipe nobody writes to.
      let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | (mayWait ? 0 : O_NONBLOCK))
      if descriptor >= 0 {
        if !mayWait { try refuseSpecial(descriptor, path) }
        if isInput { InputFiles.note(descriptor, path) }
        return descriptor
      }
      if errno == EINTR { continue }
      let missing = errno == ENOENT || errno == ENOTDIR
      let kind: IngestError.Kind = missing || errno == EACCES ? .noInput : .inputOutput
      throw IngestError(
        kind, file: path, "cannot be opened (\(SystemResources.lastError))",
        remedy: missing ? "check the spelling of the path" : "check its permissions")
    }
  }

  private static func refuseSpecial(_ descriptor: Int32, _ path: String) throws(IngestError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return }
    let kind = status.st_mode & S_IFMT
    guard kind != S_IFREG && kind != S_IFDIR else { return }
    close(descriptor)
    throw IngestError(
      .noInput, file: path, kind == S_IFIFO ? "is a pipe" : "is a device",
      remedy: "name a pipe itself on the command line, or give evidence as -")
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
      // Beyond the guard's room for files a cut one ends the process as the system has it.
      let place = ez_mapping_add(address, size, shrinkingSentence(path) + "\n")
      return ColumnStorage(
        adopting: UnsafeRawBufferPointer(start: address, count: size),
        release: {
          ez_mapping_forget(place)
          munmap(UnsafeMutableRawPointer(mutating: $0.baseAddress), $0.count)
        })
    }
    return try readAll(descriptor, size: size, file: path)
  }

  private static func shrinkingSentence(_ path: String) -> String {
    "ezscope: "
      + IngestError(
        file: path, "was cut while it was open",
        remedy: "write a new file and rename it instead of changing one that is read"
      ).description
  }

  /// Whether mapped files that shrink are survived, with zeros in place of what is gone.
  package static func surviveShrinking(_ survive: Bool) { ez_survive_shrinking(survive) }

  /// What to say of a file that shrank while it was open; nil if none did.
  package static var shrunk: String? {
    ez_shrunk_file().map { String(cString: $0).split(separator: "\n").joined() }
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
