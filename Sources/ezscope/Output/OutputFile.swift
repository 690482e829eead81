import EvidenceIO
import Glibc
import TerminalUI

/// Where a command's result goes: standard output or a file.
///
/// A file appears only when it is complete: a command that fails leaves nothing half written. On a
/// terminal everything is sanitised, because ids and names come from files nobody has read yet.
final class OutputFile {
  private let name: String
  private let descriptor: Int32
  /// The unfinished file and the name it will have.
  private let pending: (part: String, final: String)?
  private let isTerminal: Bool
  private var buffer: [UInt8] = []
  private static let bufferSize = 1 << 16

  /// Opens a path; nil and `-` are standard output.
  init(_ path: String? = nil) throws(CommandFailure) {
    guard let path, path != "-" else {
      name = "standard output"
      descriptor = STDOUT_FILENO
      pending = nil
      isTerminal = isatty(STDOUT_FILENO) == 1
      return
    }
    name = path
    var status = stat()
    // Devices, pipes and links are written in place: a rename would replace them.
    let isSpecial = lstat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    let part = "\(path).part-\(getpid())"
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
    descriptor = open(isSpecial ? path : part, flags, 0o666)
    pending = isSpecial ? nil : (part, path)
    guard descriptor >= 0 else { throw Self.failure(path, "cannot be written") }
    isTerminal = isatty(descriptor) == 1
  }

  deinit {
    guard descriptor != STDOUT_FILENO, descriptor >= 0 else { return }
    close(descriptor)
    if let pending { unlink(pending.part) }
  }

  /// Appends text.
  func write(_ text: String) throws(CommandFailure) {
    if isTerminal {
      for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
      {
        if index > 0 { buffer.append(0x0A) }
        buffer.append(contentsOf: Sanitize.text(line).utf8)
      }
    } else {
      buffer.append(contentsOf: text.utf8)
    }
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Appends a picture of a screen, which holds no byte of a dataset that was not made safe.
  func write(picture bytes: [UInt8]) throws(CommandFailure) {
    buffer += bytes
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Writes what is left and gives a file its name.
  func finish() throws(CommandFailure) {
    try flush()
    guard let pending else { return }
    guard fsync(descriptor) == 0, rename(pending.part, pending.final) == 0 else {
      throw Self.failure(name, "cannot be written")
    }
  }

  private func flush() throws(CommandFailure) {
    var written = 0
    while written < buffer.count {
      let count = buffer.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count > 0 {
        written += count
      } else if errno == EPIPE {
        throw CommandFailure(.brokenPipe, "")
      } else if errno != EINTR {
        throw Self.failure(name, "cannot be written")
      }
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func failure(_ name: String, _ problem: String) -> CommandFailure {
    let reason = String(cString: strerror(errno))
    return CommandFailure(
      .inputOutput, "\(name): \(problem) (\(reason)); choose another place with -o")
  }
}
