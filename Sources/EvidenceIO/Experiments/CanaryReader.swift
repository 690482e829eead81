import ScoringCore

/// Finds the canaries among sequences by their `meta.canary`.
package enum CanaryReader {
  /// The canaries of a table: members were planted, non-members are controls.
  ///
  /// `canary` is anything but false, 0 and the empty string; an object may say with `secret_start`
  /// and `secret_end` which tokens are the secret, the end not included.
  package static func read(_ table: EvidenceTable, _ metadata: Metadata) -> [Canary] {
    guard let column = metadata.column("canary") else { return [] }
    let duplicates = metadata.column("duplicates")
    return (0..<table.count).compactMap { row in
      guard let value = column.value(row), !["", "0", "false"].contains(value),
        table.label(row) != .unknown
      else { return nil }
      return Canary(
        sequence: row, isControl: table.label(row) == .nonMember,
        secret: secret(value, in: table, row),
        duplicates: duplicates?.value(row).flatMap { Int($0) })
    }
  }

  private static func secret(_ value: String, in table: EvidenceTable, _ row: Int) -> Range<Int>? {
    guard let object = try? JSONValue.parse(value.utf8), let start = object["secret_start"]?.int,
      let end = object["secret_end"]?.int, start >= 0, start < end
    else { return nil }
    let (chunk, index) = table.locate(row)
    return end <= chunk.tokenRange(index).count ? start..<end : nil
  }
}
