import ScoringCore

/// What the evidence of any run says of sequences, by id; score files say nothing.
struct SequenceFacts {
  private struct Source {
    let index: IDIndex
    let metadata: Metadata
    let isPrimary: [Bool]
  }

  private let sources: [Source]
  let canaries: Set<String>

  init(_ inputs: [RunInput]) {
    var sources: [Source] = []
    var canaries: Set<String> = []
    var seen: [TextColumn] = []
    for input in inputs {
      guard case .evidence(let table) = input.source else { continue }
      let ids = table.ids
      // Runs of an experiment mostly share their sequences: one reading is enough.
      guard !seen.contains(where: { $0.holdsSameTexts(as: ids) }) else { continue }
      seen.append(ids)
      let metadata = input.annotations.metadata
      sources.append(
        Source(
          index: IDIndex(ids), metadata: metadata,
          isPrimary: metadata.primary(input.primary, count: table.count)))
      for canary in input.annotations.canaries { canaries.insert(ids[canary.sequence]) }
    }
    self.sources = sources
    self.canaries = canaries
  }

  private func find(_ id: String) -> (source: Source, row: Int)? {
    for source in sources {
      if let row = source.index.row(of: id) { return (source, row) }
    }
    return nil
  }

  /// Sequences that no evidence knows count: score files hold what was meant to be evaluated.
  func isPrimary(_ id: String) -> Bool {
    find(id).map { $0.source.isPrimary[$0.row] } ?? true
  }

  func value(of axis: TrendAxis, _ id: String) -> String? {
    guard axis.isSlice, let place = find(id) else { return nil }
    return place.source.metadata.column(axis.rawValue)?.value(place.row)
  }

  func hasLevels(_ axis: TrendAxis, _ ids: TextColumn) -> Bool {
    var levels: Set<String> = []
    for row in 0..<ids.count {
      guard let value = value(of: axis, ids[row]), axis != .duplicates || value != "0" else {
        continue
      }
      levels.insert(value)
      if levels.count > 1 { return true }
    }
    return false
  }

  func clusters(_ ids: [String]) -> [Int]? {
    guard sources.contains(where: { $0.metadata.column("document") != nil }) else { return nil }
    var numbers: [String: Int] = [:]
    return ids.enumerated().map { row, id in
      guard let place = find(id),
        let document = place.source.metadata.column("document")?.value(place.row)
      else { return -1 - row }
      let next = numbers.count
      numbers[document] = numbers[document] ?? next
      return numbers[document] ?? next
    }
  }
}
