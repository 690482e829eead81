/// Files whose names say that one is of the fine-tuned model and the other of its base:
/// `target.jsonl` and `reference.jsonl`, `news-ft.jsonl` and `news-base.jsonl`.
struct SidePairs {
  /// A target's file and its reference's.
  struct Pair: Hashable {
    var target: String
    var reference: String
  }

  /// The pairs, in the order of their targets.
  let pairs: [Pair]

  private static let targetWords: Set = ["target", "finetuned", "tuned", "ft", "sft"]
  private static let referenceWords: Set = ["reference", "ref", "base", "pretrained", "untuned"]

  /// Looks at the names of some paths.
  init(_ paths: [String]) {
    var found: [String: (targets: [String], references: [String])] = [:]
    var order: [String] = []
    for path in paths {
      guard let (side, rest) = Self.side(path) else { continue }
      let key = Folder.parent(path) + "/" + rest
      if found[key] == nil { order.append(key) }
      switch side {
      case .target: found[key, default: ([], [])].targets.append(path)
      case .reference: found[key, default: ([], [])].references.append(path)
      }
    }
    pairs = order.compactMap { key in
      guard let group = found[key], group.targets.count == 1, group.references.count == 1 else {
        return nil
      }
      return Pair(target: group.targets[0], reference: group.references[0])
    }
  }

  /// Which model a name says a file is of, and the rest of the name.
  static func side(_ path: String) -> (side: ModelSide, rest: String)? {
    let name = ScoresCSVReader.runName(path).lowercased()
      .replacing("fine-tuned", with: "finetuned").replacing("fine_tuned", with: "finetuned")
      .replacing("pre-trained", with: "pretrained").replacing("pre_trained", with: "pretrained")
    let words = name.split { !$0.isLetter && !$0.isNumber }.map(String.init)
    let isTarget = words.contains(where: targetWords.contains)
    let isReference = words.contains(where: referenceWords.contains)
    guard isTarget != isReference else { return nil }
    let all = targetWords.union(referenceWords)
    return (
      isTarget ? .target : .reference,
      words.filter { !all.contains($0) }.joined(separator: "-")
    )
  }
}

extension EvidenceFile {
  /// Whether it tells of one model only, whichever that is.
  var isOfOneModel: Bool {
    let hasTarget = chunks.contains { !$0.columns.target.isEmpty }
    let hasReference = chunks.contains { !$0.columns.reference.isEmpty }
    return hasTarget != hasReference
  }
}
