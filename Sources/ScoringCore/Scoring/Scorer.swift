import Basics

/// Scores every sequence of a run with any number of attacks, on all cores.
public struct Scorer: Sendable {
  /// The attacks, each with what makes it ready for the table.
  private let prepared: [Prepared]
  private let table: EvidenceTable

  /// Prepares attacks for a table.
  ///
  /// - Throws: `MissingEvidence` for the first attack whose evidence is missing.
  public init(_ attacks: [any Attack], for table: EvidenceTable) throws(MissingEvidence) {
    var prepared: [Prepared] = []
    for attack in attacks {
      prepared.append(Prepared(attack: attack, scorer: try attack.scorer(for: table)))
    }
    self.prepared = prepared
    self.table = table
  }

  /// Which attacks a run can have, and why it cannot have the others.
  ///
  /// Where scores are kept of all sequences and tokens of some, the scores say which.
  public static func availability(
    of attacks: [any Attack], for table: EvidenceTable
  ) -> [(attack: any Attack, problem: MissingEvidence?)] {
    attacks.map { attack in
      if let scores = table.scores {
        let isKept = scores.attacks.contains(attack.spelling)
        let lacking = scores.count - table.count
        return (
          attack,
          isKept ? nil : MissingEvidence(attack: attack.spelling, sequencesWithoutTokens: lacking)
        )
      }
      do throws(MissingEvidence) {
        _ = try attack.scorer(for: table)
        return (attack, nil)
      } catch {
        return (attack, error)
      }
    }
  }

  /// The number of cores that scoring uses unless told otherwise.
  public static var cores: Int { availableThreads }

  /// The scores of all sequences, or of those in `rows`, in the table's order.
  ///
  /// `progress` is called with the number of sequences finished, from any thread; `isCancelled` is
  /// asked between blocks, and nil is returned once it says yes.
  public func scores(
    of rows: Range<Int>? = nil, workers: Int = Scorer.cores,
    progress: @Sendable (Int) -> Void = { _ in },
    isCancelled: @Sendable () -> Bool = { false }
  ) -> [ScoreColumn]? {
    let blocks = Self.blocks(of: table, rows ?? 0..<table.count)
    let done = SharedCount()
    let parts = parallelItems(
      count: blocks.count, threads: workers, isCancelled: isCancelled, buffers: { Scratch() }
    ) { number, scratch in
      let columns = score(blocks[number], &scratch)
      progress(done.add(blocks[number].range.count))
      return columns
    }
    return parts.map { parts in
      prepared.indices.map { index in
        join(prepared[index].attack.spelling, parts.map { $0[index] })
      }
    }
  }

  /// The attacks' spellings, and whether each says what the zones of positions it looks at hold.
  public var columns: [(attack: String, hasZones: Bool)] {
    prepared.map { ($0.attack.spelling, $0.zoneScorer != nil) }
  }

  /// One sequence's score under the first attack, for screens that look at a single sequence.
  public func score(_ index: Int) -> Score? {
    guard let first = prepared.first else { return nil }
    let (chunk, index) = table.locate(index)
    var scratch = Scratch()
    return first.scorer.score(chunk.sequence(index), &scratch)
  }

  private struct Prepared {
    let attack: any Attack
    let scorer: any SequenceScorer
    /// The scorer again if it measures zones, found once: a cast per sequence would cost more.
    let zoneScorer: (any ZoneScorer)?
    /// The scorer again if it can score many sequences at once.
    let blockScorer: (any BlockScorer)?

    init(attack: any Attack, scorer: any SequenceScorer) {
      self.attack = attack
      self.scorer = scorer
      zoneScorer = scorer as? any ZoneScorer
      blockScorer = scorer as? any BlockScorer
    }
  }

  private struct Block {
    let chunk: EvidenceChunk
    let range: Range<Int>
  }

  /// Runs of at most 256 sequences: small enough to stay in a core's cache from attack to attack.
  private static func blocks(of table: EvidenceTable, _ rows: Range<Int>) -> [Block] {
    table.chunks.indices.flatMap { number in
      let (chunk, start) = (table.chunks[number], table.start(ofChunk: number))
      let wanted = rows.clamped(to: start..<start + chunk.count)
      return stride(from: wanted.lowerBound, to: wanted.upperBound, by: 256).map { first in
        Block(chunk: chunk, range: first - start..<min(first + 256, wanted.upperBound) - start)
      }
    }
  }

  private func score(_ block: Block, _ scratch: inout Scratch) -> [BlockColumn] {
    prepared.map { entry in
      var column = BlockColumn(
        capacity: block.range.count, hasZones: entry.zoneScorer != nil)
      if entry.blockScorer?.append(block.range, of: block.chunk, to: &column, &scratch) == true {
        return column
      }
      for index in block.range {
        let sequence = block.chunk.sequence(index)
        if let zone = entry.zoneScorer {
          column.append(zone.measure(sequence, &scratch))
        } else {
          column.append(entry.scorer.score(sequence, &scratch))
        }
      }
      return column
    }
  }

  private func join(_ attack: String, _ parts: [BlockColumn]) -> ScoreColumn {
    var zones: ZoneColumns?
    if parts.contains(where: { $0.zones != nil }) {
      zones = ZoneColumns()
      for part in parts { if let more = part.zones { zones?.append(more) } }
    }
    return ScoreColumn(
      attack: attack, values: parts.flatMap(\.values), statuses: parts.flatMap(\.statuses),
      zones: zones)
  }
}

extension ZoneColumns {
  mutating func reserveCapacity(_ count: Int) {
    up.reserveCapacity(count)
    down.reserveCapacity(count)
    errors.reserveCapacity(count)
  }

  mutating func append(_ masses: ZoneMasses) {
    up.append(masses.up)
    down.append(masses.down)
    errors.append(Int32(truncatingIfNeeded: masses.errors))
    skipped += masses.skipped
  }

  mutating func append(_ more: ZoneColumns) {
    up += more.up
    down += more.down
    errors += more.errors
    skipped += more.skipped
  }
}
