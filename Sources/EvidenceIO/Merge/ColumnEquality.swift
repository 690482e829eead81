import Glibc
import ScoringCore

extension Column {
  /// Whether two columns hold the same bytes.
  func isIdentical(to other: Column) -> Bool {
    guard count == other.count else { return false }
    return span.withUnsafeBytes { left in
      other.span.withUnsafeBytes { right in
        guard let a = left.baseAddress, let b = right.baseAddress else { return true }
        return a == b || memcmp(a, b, left.count) == 0
      }
    }
  }
}

extension TextColumn {
  /// Whether two columns hold the same texts.
  func isIdentical(to other: TextColumn) -> Bool {
    offsets.isIdentical(to: other.offsets) && bytes.isIdentical(to: other.bytes)
  }

  /// Gives a text's bytes without copying them.
  func withUTF8<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result
  ) rethrows -> Result {
    let bytes = utf8(index)
    return try bytes.withUnsafeBufferPointer(body)
  }
}
