import Glibc

/// A file being written: it appears under its name only when complete, or not at all.
///
/// Everything goes to a hidden file in the same folder, which replaces the named one on `commit`.
/// Whoever has mapped the old file keeps it. `-` is standard output; devices and pipes are
/// written to directly. A name that ends in `.gz` is compressed.
package struct OutputFile: ~Copyable {
  /// The path as the user named it.
  package let path: String
  private let destination: String
  private var temporary: String?
  private var descriptor: Int32
  private let owned: Bool
  private var pending: [UInt8] = []
  private var deflater: Deflater?

  /// Begins a file.
  package static func create(_ path: String) throws(IngestError) -> OutputFile {
    var file = try path == "-" ? OutputFile(path: path, descriptor: STDOUT_FILENO) : open(path)
    if path.hasSuffix(".gz") { file.deflater = try Deflater(file: path) }
    return file
  }

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
    destination = path
    temporary = nil
    owned = path != "-"
  }

  private init(path: String, destination: String, temporary: String, descriptor: Int32) {
    self.path = path
    self.destination = destination
    self.temporary = temporary
    self.descriptor = descriptor
    owned = true
  }

  private static func open(_ path: String) throws(IngestError) -> OutputFile {
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists && status.st_mode & S_IFMT == S_IFDIR {
      throw IngestError(.inputOutput, file: path, "is a folder", remedy: "name a file in it")
    }
    if exists && status.st_mode & S_IFMT != S_IFREG {
      let descriptor = Glibc.open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw failed(path, "cannot be opened") }
      return OutputFile(path: path, descriptor: descriptor)
    }
    let destination = exists ? resolved(path) : path
    let folder = Folder.parent(destination)
    let name = destination.split(separator: "/").last.map(String.init) ?? destination
    let temporary = Folder.join(
      folder, ".\(name).\(getpid()).\(UInt32.random(in: 0...(.max))).part")
    let descriptor = Glibc.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failed(path, "cannot be created") }
    return OutputFile(
      path: path, destination: destination, temporary: temporary, descriptor: descriptor)
  }

  /// Where a link leads, so that the link itself stays.
  private static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  private static func failed(_ path: String, _ what: String) -> IngestError {
    let isStandardOutput = path == "-"
    return IngestError(
      .inputOutput, file: isStandardOutput ? "standard output" : path,
      "\(what) (\(SystemResources.lastError))",
      remedy: isStandardOutput
        ? "check what it is redirected to, or name a file to write"
        : "check that the folder exists, is writable and has room")
  }

  deinit {
    if owned && descriptor >= 0 { close(descriptor) }
    if let temporary { unlink(temporary) }
  }

  /// Appends bytes.
  package mutating func write(_ bytes: [UInt8]) throws(IngestError) {
    pending.append(contentsOf: bytes)
    if pending.count >= 1 << 20 { try flush(atEnd: false) }
  }

  /// Appends text.
  package mutating func write(_ text: String) throws(IngestError) {
    pending.append(contentsOf: text.utf8)
    if pending.count >= 1 << 20 { try flush(atEnd: false) }
  }

  /// Appends bytes that need not be copied.
  mutating func write(_ bytes: RawSpan) throws(IngestError) {
    try flush(atEnd: false)
    try bytes.withUnsafeBytes { (buffer) throws(IngestError) in
      try pass(buffer, atEnd: false)
    }
  }

  /// Makes everything durable and gives the file its name.
  package consuming func commit() throws(IngestError) {
    try flush(atEnd: true)
    guard let name = temporary else { return }
    guard fsync(descriptor) == 0 else { throw Self.failed(path, "cannot be written") }
    let result = close(descriptor)
    descriptor = -1
    guard result == 0, rename(name, destination) == 0 else {
      throw Self.failed(path, "cannot be written")
    }
    temporary = nil
    let folder = Folder.parent(destination)
    let parent = Glibc.open(folder.isEmpty ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if parent >= 0 {
      // The file is complete; whether its name survives a power cut is up to the file system.
      _ = fsync(parent)
      close(parent)
    }
  }

  private mutating func flush(atEnd: Bool) throws(IngestError) {
    let bytes = pending
    pending.removeAll(keepingCapacity: true)
    guard !bytes.isEmpty || atEnd else { return }
    var failure: IngestError?
    bytes.withUnsafeBytes { buffer in
      do throws(IngestError) { try pass(buffer, atEnd: atEnd) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  private mutating func pass(
    _ bytes: UnsafeRawBufferPointer, atEnd: Bool
  ) throws(IngestError) {
    let (descriptor, path) = (descriptor, path)
    let compressed: Void? = try deflater?.deflate(bytes, atEnd: atEnd) {
      (part) throws(IngestError) in
      try Self.writeAll(descriptor, part, path)
    }
    if compressed == nil { try Self.writeAll(descriptor, bytes, path) }
  }

  private static func writeAll(
    _ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ path: String
  ) throws(IngestError) {
    var rest = bytes
    while let base = rest.baseAddress, !rest.isEmpty {
      let written = Glibc.write(descriptor, base, rest.count)
      if written < 0 && errno == EINTR { continue }
      guard written >= 0 else { throw failed(path, "cannot be written") }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }
}
