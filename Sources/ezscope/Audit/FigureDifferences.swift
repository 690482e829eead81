import EvidenceIO

/// Where two documents of figures say something else.
enum FigureDifferences {
  /// The most differences that are listed.
  static let most = 200

  /// Paths with what stands there in both: `runs[full-e3].attacks[ez].auc: 0.981, now 0.98`.
  static func between(_ recorded: JSONValue, _ found: JSONValue, at path: String = "") -> [String] {
    switch (recorded, found) {
    case (.object, .object):
      let (old, new) = (values(recorded), values(found))
      return Set(old.keys).union(new.keys).sorted().flatMap { key in
        between(old[key] ?? .null, new[key] ?? .null, at: path.isEmpty ? key : "\(path).\(key)")
      }.limited
    case (.list(let old), .list(let new)):
      guard old.count == new.count else {
        return ["\(path): \(old.count) entries, now \(new.count)"]
      }
      return zip(old, new).enumerated().flatMap { place, pair in
        between(pair.0, pair.1, at: "\(path)[\(name(pair.0) ?? String(place))]")
      }.limited
    default:
      let (old, new) = (words(recorded), words(found))
      return old == new ? [] : ["\(path): \(old), now \(new)"]
    }
  }

  private static func values(_ object: JSONValue) -> [String: JSONValue] {
    Dictionary(object.members.map { ($0.key, $0.value) }) { $1 }
  }

  private static func name(_ value: JSONValue) -> String? {
    ["name", "run", "attack", "fpr", "id"].lazy.compactMap { value[$0] }.first.map(words)
  }

  private static func words(_ value: JSONValue) -> String {
    switch value {
    case .null: "nothing"
    case .bool(let flag): flag ? "true" : "false"
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    case .string(let text): text.count > 60 ? text.prefix(60) + "…" : text
    case .list, .object: "another kind of value"
    }
  }
}

extension [String] {
  fileprivate var limited: [String] { Array(prefix(FigureDifferences.most)) }
}
