import Basics
import CDigest
import Glibc
import ScoringCore

/// The size and SHA-256 of a file.
package struct FileDigest: Hashable, Sendable {
  /// Where the file is.
  package let path: String
  package let bytes: Int
  /// In hexadecimal digits.
  package let sha256: String

  /// The paths of every file that this process has read.
  package static var inputs: Set<String> { Set(InputFiles.paths) }

  /// Those of every file that this process has read, but for some, by path.
  package static func ofInputs(
    except known: Set<String> = []
  ) throws(IngestError) -> [FileDigest] {
    var digests: [FileDigest] = []
    for path in InputFiles.paths where !known.contains(path) {
      digests.append(try FileDigest(of: path))
    }
    return digests
  }

  /// Reads a file in parts, so that it may be larger than memory.
  package init(of path: String) throws(IngestError) {
    self.path = path
    let descriptor = try FileBytes.open(path, isInput: false)
    defer { close(descriptor) }
    var hasher = SHA256Hasher()
    let buffer = RawBuffer(count: 1 << 20)
    var total = 0
    while let base = buffer.bytes.baseAddress {
      let count = try FileBytes.read(descriptor, into: base, count: buffer.count, file: path)
      guard count > 0 else { break }
      total += count
      hasher.update(UnsafeRawBufferPointer(start: base, count: count))
    }
    bytes = total
    sha256 = Self.hexadecimal(hasher.finish())
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
    Array(bytes).withUnsafeBytes { hasher.update($0) }
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

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    SHA256Update(&context, bytes.baseAddress, bytes.count)
  }

  /// The digest's bytes; nothing may be added after.
  mutating func finish() -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    SHA256Final(&digest, &context)
    return digest
  }
}
