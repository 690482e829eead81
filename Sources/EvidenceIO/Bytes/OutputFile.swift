import CFiles
import Glibc

/// A file being written: it appears under its name only when complete, or not at all.
///
/// The one way in which anything here writes a file. Bytes go to a file without a name (or, where
/// the file system has none, a hidden one that is removed however the process ends, or by the next
/// that writes there if it was killed), which takes the named one's place on `commit`; whoever has
/// mapped the old file keeps it, and its permissions stay.
/// Refused are: a file that was read as input, whatever it is called; a link that leads nowhere; and
/// a link somebody else made. `-` is standard output; devices and pipes are written to directly. A
/// name that ends in `.gz` is compressed.
package struct OutputFile: ~Copyable {
  /// What is written, which decides who may read a new file.
  package enum Contents: Sendable {
    /// Figures, ids and names: as the user's mask of permissions has it.
    case figures
    /// Texts of the data, verdicts or notes: for the user alone.
    case texts
  }

  /// The path as the user named it.
  package let path: String
  private let destination: String
  private var part: Part
  private var descriptor: Int32
  private var pending: [UInt8] = []
  private var deflater: GzipDeflater?

  /// Where bytes go until the file is complete.
  private enum Part {
    /// The file itself: standard output, a device or a pipe.
    case none(owned: Bool)
    /// A file without a name.
    case unnamed
    /// A hidden file, and its place in the list of those to remove if the process ends.
    case hidden(String, place: Int32)
  }

  /// Begins a file.
  package static func create(
    _ path: String, _ contents: Contents
  ) throws(IngestError) -> OutputFile {
    var file = try path == "-" ? standardOutput() : open(path, contents)
    if path.hasSuffix(".gz") { file.deflater = try GzipDeflater(file: path) }
    return file
  }

  private init(path: String, destination: String, part: Part, descriptor: Int32) {
    self.path = path
    self.destination = destination
    self.part = part
    self.descriptor = descriptor
  }

  private static func standardOutput() throws(IngestError) -> OutputFile {
    var status = stat()
    if fstat(STDOUT_FILENO, &status) == 0, status.st_mode & S_IFMT == S_IFREG {
      try refuseInput("standard output", status)
    }
    return OutputFile(
      path: "-", destination: "-", part: .none(owned: false), descriptor: STDOUT_FILENO)
  }

  private static func refuseInput(_ path: String, _ status: stat) throws(IngestError) {
    guard InputFiles.contains(status) else { return }
    throw IngestError(.usage, file: path, "is the input as well", remedy: "name another file")
  }

  private static func open(
    _ path: String, _ contents: Contents
  ) throws(IngestError) -> OutputFile {
    try refuseLink(path)
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists && status.st_mode & S_IFMT == S_IFDIR {
      throw IngestError(.inputOutput, file: path, "is a folder", remedy: "name a file in it")
    }
    if exists && status.st_mode & S_IFMT != S_IFREG {
      let descriptor = Glibc.open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw failed(path, "cannot be opened") }
      return OutputFile(
        path: path, destination: path, part: .none(owned: true), descriptor: descriptor)
    }
    if exists { try refuseInput(path, status) }
    let file = try begin(path, exists ? resolved(path) : path, contents)
    if exists, fchmod(file.descriptor, status.st_mode & 0o777) != 0 {
      throw failed(path, "cannot be created")
    }
    return file
  }

  /// Refuses links that lead where the user did not mean to write.
  private static func refuseLink(_ path: String) throws(IngestError) {
    var link = stat()
    guard lstat(path, &link) == 0, link.st_mode & S_IFMT == S_IFLNK else { return }
    var target = stat()
    guard stat(path, &target) == 0 else {
      throw IngestError(
        .inputOutput, file: path, "is a link that leads nowhere",
        remedy: "remove it, or name the file itself")
    }
    // The system's own links, such as /dev/stdout, are the superuser's.
    guard link.st_uid == geteuid() || link.st_uid == 0 else {
      throw IngestError(
        .inputOutput, file: path, "is a link that somebody else made",
        remedy: "remove it, or name the file itself")
    }
  }

  /// Opens a file without a name in the folder of the destination, or else a hidden one.
  private static func begin(
    _ path: String, _ destination: String, _ contents: Contents
  ) throws(IngestError) -> OutputFile {
    PartFiles.removeLeft(beside: destination)
    let folder = Folder.parent(destination)
    let mode: mode_t = contents == .texts ? 0o600 : 0o666
    let unnamed = openUnnamed(in: folder, mode)
    if unnamed >= 0 {
      return OutputFile(
        path: path, destination: destination, part: .unnamed, descriptor: unnamed)
    }
    let hidden = PartFiles.name(destination)
    let place = ez_part_add(hidden)
    let descriptor = Glibc.open(
      hidden, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode)
    guard descriptor >= 0 else {
      let error = failed(path, "cannot be created")
      ez_part_forget(place)
      throw error
    }
    PartFiles.lock(descriptor)
    return OutputFile(
      path: path, destination: destination, part: .hidden(hidden, place: place),
      descriptor: descriptor)
  }

  /// Opens a file without a name in a folder; below 0 where the file system has none.
  static func openUnnamed(in folder: String, _ mode: mode_t = 0o600) -> Int32 {
    // O_TMPFILE, whose macro Swift does not import.
    let unnamed: Int32 = 0o20000000 | O_DIRECTORY
    return Glibc.open(folder.isEmpty ? "." : folder, O_RDWR | unnamed | O_CLOEXEC, mode)
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
    if case .none(owned: false) = part { return }
    if descriptor >= 0 { close(descriptor) }
    if case .hidden(let name, let place) = part {
      unlink(name)
      ez_part_forget(place)
    }
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

  /// Sends on what has been written so far, for somebody who reads along.
  package mutating func flush() throws(IngestError) { try flush(atEnd: false) }

  /// Makes everything durable and gives the file its name.
  package consuming func commit() throws(IngestError) {
    try flush(atEnd: true)
    if case .none = part { return }
    var status = stat()
    if stat(destination, &status) == 0 { try Self.refuseInput(path, status) }
    guard fsync(descriptor) == 0 else { throw Self.failed(path, "cannot be written") }
    if case .unnamed = part {
      // A name of its own at once, if nothing has to be replaced.
      let source = "/proc/self/fd/\(descriptor)"
      if linkat(AT_FDCWD, source, AT_FDCWD, destination, AT_SYMLINK_FOLLOW) == 0 {
        return try finish()
      }
      guard errno == EEXIST else { throw Self.failed(path, "cannot be written") }
      let hidden = PartFiles.name(destination)
      PartFiles.lock(descriptor)
      part = .hidden(hidden, place: ez_part_add(hidden))
      guard linkat(AT_FDCWD, source, AT_FDCWD, hidden, AT_SYMLINK_FOLLOW) == 0 else {
        throw Self.failed(path, "cannot be written")
      }
    }
    if case .hidden(let name, let place) = part {
      guard rename(name, destination) == 0 else { throw Self.failed(path, "cannot be written") }
      ez_part_forget(place)
      part = .unnamed
    }
    try finish()
  }

  /// Closes the file and makes its name durable.
  private mutating func finish() throws(IngestError) {
    let result = close(descriptor)
    descriptor = -1
    guard result == 0 else { throw Self.failed(path, "cannot be written") }
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
