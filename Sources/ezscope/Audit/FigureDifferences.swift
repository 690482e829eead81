import Foundation

/// Where two documents of figures say something else.
enum FigureDifferences {
  /// The most differences that are listed.
  static let most = 200

  /// Paths with what stands there in both: `runs[full-e3].attacks[ez].auc: 0.981, now 0.98`.
  ///
  /// Lists of things with names are matched by name. Members that only the second has are passed
  /// over where `isPart` is set.
  static func between(
    _ recorded: Any, _ found: Any, at path: String = "", isPart: Bool = false
  ) -> [String] {
    switch (recorded, found) {
    case (let old as [String: Any], let new as [String: Any]):
      let keys = isPart ? Set(old.keys).intersection(new.keys) : Set(old.keys).union(new.keys)
      return keys.sorted().flatMap { key in
        between(
          old[key] ?? NSNull(), new[key] ?? NSNull(), at: path.isEmpty ? key : "\(path).\(key)",
          isPart: isPart)
      }.limited
    case (let old as [Any], let new as [Any]):
      guard old.count == new.count else {
        return ["\(path): \(old.count) entries, now \(new.count)"]
      }
      return zip(old, new).enumerated().flatMap { place, pair in
        between(
          pair.0, pair.1, at: "\(path)[\(name(pair.0) ?? String(place))]", isPart: isPart)
      }.limited
    default:
      let (old, new) = (words(recorded), words(found))
      return old == new ? [] : ["\(path): \(old), now \(new)"]
    }
  }

  private static func name(_ value: Any) -> String? {
    guard let object = value as? [String: Any] else { return nil }
    for key in ["name", "run", "attack", "fpr", "id"] {
      if let word = object[key] { return words(word) }
    }
    return nil
  }

  private static func words(_ value: Any) -> String {
    switch value {
    case is NSNull: "nothing"
    case let text as String: text.count > 60 ? text.prefix(60) + "…" : text
    case let number as NSNumber: "\(number)"
    default: "another kind of value"
    }
  }
}

extension [String] {
  fileprivate var limited: [String] { Array(prefix(FigureDifferences.most)) }
}
