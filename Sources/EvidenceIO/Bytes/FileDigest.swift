import CDigest
import Glibc
import ScoringCore

/// The size and SHA-256 of a file.
package struct FileDigest: Hashable, Sendable {
  /// Where the file is.
  package let path: String
  package let bytes: Int
  /// In hexadecimal digits; nil where it could not be read.
  package let sha256: String?

  /// The paths of every file that this process has read.
  package static var inputs: Set<String> { Set(InputFiles.paths) }

  /// Those of every file that this process has read, but for some, by path.
  package static func ofInputs(except known: Set<String> = []) -> [FileDigest] {
    InputFiles.paths.filter { !known.contains($0) }.map { FileDigest(of: $0) }
  }

  /// Reads a file in parts, so that it may be larger than memory.
  package init(of path: String) {
    self.path = path
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      (bytes, sha256) = (0, nil)
      return
    }
    defer { close(descriptor) }
    var hasher = SHA256Hasher()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var total = 0
    while true {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        bytes = total
        sha256 = count == 0 ? Self.hexadecimal(hasher.finish()) : nil
        return
      }
      total += count
      hasher.update(buffer[..<count])
    }
  }

  /// The bytes of a file as they are, packed or not.
  package static func bytes(of path: String, limit: Int = 1 << 32) throws(IngestError) -> [UInt8] {
    let storage = try FileBytes.load(path, options: IngestOptions())
    guard storage.byteCount <= limit,
      let bytes = Column<UInt8>(in: storage, at: 0, count: storage.byteCount)
    else { throw IngestError(file: path, "is larger than \(limit) bytes") }
    return bytes.span.withUnsafeBufferPointer { Array($0) }
  }

  /// The SHA-256 of bytes, in hexadecimal digits.
  package static func sha256(_ bytes: some Sequence<UInt8>) -> String {
    hexadecimal(digest(of: bytes))
  }

  /// The SHA-256 of bytes, as its 32 bytes.
  package static func digest(of bytes: some Sequence<UInt8>) -> [UInt8] {
    var hasher = SHA256Hasher()
    hasher.update(Array(bytes)[...])
    return hasher.finish()
  }

  private static func hexadecimal(_ digest: [UInt8]) -> String {
    digest.map { byte in
      let digits = String(byte, radix: 16)
      return digits.utf8.count < 2 ? "0" + digits : digits
    }.joined()
  }
}

/// SHA-256 of bytes that come in parts, by the message digests of BSD (`libmd`).
private struct SHA256Hasher {
  private var context = SHA2_CTX()

  init() { SHA256Init(&context) }

  mutating func update(_ bytes: ArraySlice<UInt8>) {
    bytes.withUnsafeBufferPointer { SHA256Update(&context, $0.baseAddress, $0.count) }
  }

  /// The digest's bytes; nothing may be added after.
  mutating func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
    SHA256Final(&digest, &context)
    return digest
  }
}
