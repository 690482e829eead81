import Basics

/// A span that leaks, before it is calibrated.
struct FoundSpan: Sendable {
  let row: Int
  let positions: Range<Int>
  let isGreedy: Bool
  let targetBits: Double
  let guessBits: Double
  let referenceBits: Double
  let allReferenceBits: Double
  let isOwn: [Bool]
  /// The most bits the reference needs for any window of the sequence, this or an overlapping one.
  let bestBits: Double

  /// The span with what calibration says, and with what its tokens are.
  func finished(
    _ table: EvidenceTable, _ settings: LeakSettings, pValue: Double, rate: Double
  ) -> LeakSpan {
    let tokens = positions.lowerBound + 1..<positions.upperBound + 1
    let draws =
      switch settings.decoder {
      case .greedy: 0.0
      case .sampling:
        SamplingDraws.log2Draws(bits: targetBits, probability: settings.probability)
      case .ranking: guessBits
      }
    return LeakSpan(
      sequence: row, tokens: tokens, isGreedy: isGreedy, targetBits: targetBits,
      guessBits: guessBits, log2Draws: isGreedy ? 0 : draws, referenceBits: referenceBits,
      allReferenceBits: allReferenceBits, isOwn: isOwn, classes: classes(tokens, in: table),
      pValue: pValue, falseDiscoveryRate: rate)
  }

  private func classes(_ tokens: Range<Int>, in table: EvidenceTable) -> [LeakSpan.ClassCount] {
    let kinds = TokenClass.classes(of: table.tokens(row))
    guard kinds.count >= tokens.upperBound else { return [] }
    var counts: [TokenClass: Int] = [:]
    for (token, isOwn) in zip(tokens, isOwn) where isOwn { counts[kinds[token], default: 0] += 1 }
    return TokenClass.allCases.compactMap { kind in
      counts[kind].map { LeakSpan.ClassCount(tokenClass: kind, count: $0) }
    }
    .sorted { $0.count > $1.count }
  }
}

/// The search for spans: candidates, who shares their n-grams, and what is left of them.
struct LeakSearch: Sendable {
  let table: EvidenceTable
  let settings: LeakSettings
  let clusters: [Int]?
  let threads: Int

  /// What the search comes to.
  struct Result: Sendable {
    /// All spans in the order of the table.
    let spans: [FoundSpan]
    /// Sequences without the evidence.
    let withoutEvidence: Int
    /// Sequences that count as one with a sequence that they nearly repeat.
    let nearDuplicates: Int
  }

  /// All spans; nil once cancelled.
  func spans(_ isCancelled: @Sendable () -> Bool) -> Result? {
    guard let (candidates, withoutEvidence) = candidates(isCancelled) else { return nil }
    guard let (shared, nearDuplicates) = shared(candidates, isCancelled) else { return nil }
    let rows = Self.byRow(candidates)
    let found = parallelParts(count: rows.count, threads: threads) { part in
      var finder = LeakCandidates(settings)
      var found: [FoundSpan] = []
      for row in part where !isCancelled() {
        found += spans(candidates[rows[row]], shared, &finder)
      }
      return found
    }
    return isCancelled()
      ? nil
      : Result(spans: found, withoutEvidence: withoutEvidence, nearDuplicates: nearDuplicates)
  }

  /// Where each row's candidates lie.
  private static func byRow(_ candidates: [LeakCandidate]) -> [Range<Int>] {
    var rows: [Range<Int>] = []
    var start = 0
    for place in candidates.indices {
      guard place + 1 == candidates.count || candidates[place + 1].row != candidates[place].row
      else { continue }
      rows.append(start..<place + 1)
      start = place + 1
    }
    return rows
  }

  private func candidates(
    _ isCancelled: @Sendable () -> Bool
  ) -> (candidates: [LeakCandidate], withoutEvidence: Int)? {
    let blocks = RowBlocks(table)
    let parts = parallelItems(count: blocks.count, threads: threads) {
      number -> (found: [LeakCandidate], missing: Int)? in
      guard !isCancelled() else { return nil }
      var finder = LeakCandidates(settings)
      var found: [LeakCandidate] = []
      var missing = 0
      for row in blocks[number] {
        let (chunk, index) = table.locate(row)
        if !finder.append(chunk.sequence(index), row: row, to: &found) { missing += 1 }
      }
      return (found, missing)
    }
    var (all, withoutEvidence) = ([LeakCandidate](), 0)
    for part in parts {
      guard let part else { return nil }
      all += part.found
      withoutEvidence += part.missing
    }
    return (all, withoutEvidence)
  }

  /// Which n-grams of the candidates other records have too; nil once cancelled.
  private func shared(
    _ candidates: [LeakCandidate], _ isCancelled: @Sendable () -> Bool
  ) -> (ngrams: SharedNgrams, nearDuplicates: Int)? {
    let length = max(1, settings.sharedLength)
    // A quarter of a sequence's n-grams tells its versions; a candidate asks for all of its own.
    let expected = candidates.reduce(0) {
      $0 + $1.positions.count + 2 * length + (table.tokenCount($1.row) ?? 0) / 4
    }
    var shared = SharedNgrams(length: length, expected: min(expected, 1 << 24))
    guard settings.sharedLength > 0, !candidates.isEmpty else { return (shared, 0) }
    var rows: [Int] = []
    for candidate in candidates {
      let (chunk, index) = table.locate(candidate.row)
      guard let tokens = chunk.sequence(index).tokenIDs else { continue }
      if rows.last != candidate.row {
        rows.append(candidate.row)
        shared.askForVersions(of: candidate.row, tokens)
      }
      shared.ask(
        tokens, candidate.positions.lowerBound + 1..<candidate.positions.upperBound + 1)
    }
    guard
      let sightings = shared.search(
        table, groups: clusters.map { RecordVersions.documents($0) }, isNoting: true,
        threads: threads, isCancelled: isCancelled)
    else { return nil }
    let versions = RecordVersions(
      of: rows, shared, sightings, in: table, clusters: clusters, settings, threads: threads)
    // Only where versions were found the table is read again, with each record's counting as one.
    guard let groups = versions.groups, clusters.map(RecordVersions.documents) != groups else {
      return (shared, versions.nearCount)
    }
    let again = shared.search(
      table, groups: groups, isNoting: false, threads: threads, isCancelled: isCancelled)
    return again.map { _ in (shared, versions.nearCount) }
  }

  /// The spans of one row, from its candidates.
  private func spans(
    _ candidates: ArraySlice<LeakCandidate>, _ shared: SharedNgrams,
    _ finder: inout LeakCandidates
  ) -> [FoundSpan] {
    guard let row = candidates.first?.row else { return [] }
    let (chunk, index) = table.locate(row)
    let sequence = chunk.sequence(index)
    guard finder.read(sequence), let windows = finder.windows() else { return [] }
    var isOwn = [Bool](repeating: true, count: finder.costs.count)
    if settings.sharedLength > 0, let tokens = sequence.tokenIDs {
      for candidate in candidates {
        let places = candidate.positions
        isOwn.replaceSubrange(
          places, with: shared.isOwn(tokens, places.lowerBound + 1..<places.upperBound + 1))
      }
    }
    let costs = finder.costs
    func gain(_ window: Range<Int>) -> Double {
      window.reduce(0) { $0 + (isOwn[$1] ? costs.reference[$1] : 0) }
    }
    let good = windows.filter { window in
      candidates.contains { $0.positions.clamped(to: window) == window }
    }
    .map { (window: $0, gain: gain($0)) }
    .filter { $0.gain >= settings.referenceBits && $0.gain > 0 }
    return Self.best(good).map { place in
      let (window, gain) = good[place]
      return FoundSpan(
        row: row, positions: window,
        isGreedy: !costs.isGreedy.isEmpty && costs.isGreedy[window].allSatisfy { $0 },
        targetBits: costs.target[window].reduce(0, +),
        guessBits: costs.guesses.isEmpty ? .nan : costs.guesses[window].reduce(0, +),
        referenceBits: gain, allReferenceBits: costs.reference[window].reduce(0, +),
        isOwn: Array(isOwn[window]),
        bestBits: good.reduce(0) { max($0, $1.gain) })
    }
  }

  /// Of windows whose ends ascend, those that do not overlap and together gain most.
  private static func best(_ windows: [(window: Range<Int>, gain: Double)]) -> [Int] {
    // totals[i]: the most that the first i windows give.
    var totals = [0.0]
    var before: [Int] = []
    var free = 0
    for (place, entry) in windows.enumerated() {
      while windows[free].window.upperBound <= entry.window.lowerBound { free += 1 }
      before.append(free)
      totals.append(max(totals[place], totals[free] + entry.gain))
    }
    var chosen: [Int] = []
    var place = windows.count
    while place > 0 {
      if totals[place] > totals[place - 1] {
        chosen.append(place - 1)
        place = before[place - 1]
      } else {
        place -= 1
      }
    }
    return chosen.reversed()
  }
}
