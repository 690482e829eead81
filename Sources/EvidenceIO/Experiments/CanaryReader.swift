import Basics
import ScoringCore

/// Finds the canaries among sequences by their `meta.canary`.
package enum CanaryReader {
  /// The canaries of a table: members were planted, non-members are controls.
  ///
  /// `canary` is anything but false, 0 and the empty string. `secret_start` and `secret_end`, in an
  /// object there or beside it in `meta`, say which tokens are the secret, the end not included.
  package static func read(_ table: EvidenceTable, _ metadata: Metadata) -> [Canary] {
    guard let column = metadata.column("canary") else { return [] }
    let duplicates = metadata.column("duplicates")
    return (0..<table.count).compactMap { row in
      guard let value = column.value(row), !["", "0", "false"].contains(value),
        table.label(row) != .unknown
      else { return nil }
      return Canary(
        sequence: row, isControl: table.label(row) == .nonMember,
        secret: secret(value, metadata, in: table, row),
        duplicates: duplicates?.value(row).flatMap { Int($0) })
    }
  }

  private static func secret(
    _ value: String, _ metadata: Metadata, in table: EvidenceTable, _ row: Int
  ) -> Range<Int>? {
    let object = try? JSONValue.parse(value.utf8)
    func place(_ key: String) -> Int? {
      object?[key]?.int ?? metadata.column(key)?.value(row).flatMap { Int($0) }
    }
    guard let start = place("secret_start"), let end = place("secret_end"), start >= 0, start < end
    else { return nil }
    let (chunk, index) = table.locate(row)
    return end <= chunk.tokenRange(index).count ? start..<end : nil
  }
}
