import Basics

/// Results of one attack for a run of sequences.
struct BlockColumn: Sendable {
  private(set) var values: [Double] = []
  private(set) var statuses: [ScoreStatus] = []
  private(set) var zones: ZoneColumns?

  init(capacity: Int, hasZones: Bool) {
    values.reserveCapacity(capacity)
    statuses.reserveCapacity(capacity)
    if hasZones {
      var zones = ZoneColumns()
      zones.reserveCapacity(capacity)
      self.zones = zones
    }
  }

  @inline(__always)
  mutating func append(_ score: Score) {
    values.append(score.value)
    statuses.append(score.status)
  }

  @inline(__always)
  mutating func append(_ measure: ZoneMeasure) {
    append(measure.score)
    zones?.append(measure.masses)
  }
}

/// A scorer that reads the columns of many sequences at once where they are plain.
///
/// A sequence of 128 tokens is scored in less time than its view takes to make.
protocol BlockScorer: SequenceScorer {
  /// Appends the scores of some rows of a chunk, the same as one by one; false if it cannot.
  func append(
    _ rows: Range<Int>, of chunk: EvidenceChunk, to column: inout BlockColumn,
    _ scratch: inout Scratch
  ) -> Bool
}

extension EvidenceChunk {
  /// Where a row's predicted positions lie, by offsets looked up once.
  @inline(__always)
  static func positions(_ row: Int, _ offsets: Span<Int64>) -> Range<Int> {
    Int(offsets[row]) &- row..<Int(offsets[row &+ 1]) &- row &- 1
  }
}

extension Loss: BlockScorer {
  func append(
    _ rows: Range<Int>, of chunk: EvidenceChunk, to column: inout BlockColumn,
    _ scratch: inout Scratch
  ) -> Bool {
    guard chunk.columns.scored == nil, let offsets = chunk.columns.tokenOffsets,
      let target = chunk.columns.target.logprobs
    else { return false }
    let (starts, values) = (offsets.span, target.span)
    for row in rows {
      let own = values.extracting(EvidenceChunk.positions(row, starts))
      if own.isEmpty {
        column.append(.none(.tooShort))
      } else {
        column.append(
          own[0].isNaN ? .none(.missingEvidence) : .ordinary(sum(own) / Double(own.count)))
      }
    }
    return true
  }
}

extension ReferenceDifference: BlockScorer {
  func append(
    _ rows: Range<Int>, of chunk: EvidenceChunk, to column: inout BlockColumn,
    _ scratch: inout Scratch
  ) -> Bool {
    guard chunk.columns.scored == nil, let offsets = chunk.columns.tokenOffsets,
      let target = chunk.columns.target.logprobs, let reference = chunk.columns.reference.logprobs
    else { return false }
    let (starts, values, others) = (offsets.span, target.span, reference.span)
    for row in rows {
      let positions = EvidenceChunk.positions(row, starts)
      let (own, base) = (values.extracting(positions), others.extracting(positions))
      if own.isEmpty {
        column.append(.none(.tooShort))
      } else if own[0].isNaN || base[0].isNaN {
        column.append(.none(.missingEvidence))
      } else {
        let count = Double(own.count)
        column.append(.ordinary(sum(own) / count - sum(base) / count))
      }
    }
    return true
  }
}

extension MinK: BlockScorer {
  func append(
    _ rows: Range<Int>, of chunk: EvidenceChunk, to column: inout BlockColumn,
    _ scratch: inout Scratch
  ) -> Bool {
    guard window == 1, stride == 1, chunk.columns.scored == nil,
      let offsets = chunk.columns.tokenOffsets, let target = chunk.columns.target.logprobs
    else { return false }
    let (starts, values) = (offsets.span, target.span)
    for row in rows {
      let own = values.extracting(EvidenceChunk.positions(row, starts))
      column.append(
        !own.isEmpty && own[0].isNaN
          ? .none(.missingEvidence) : score(own, &scratch.keys))
    }
    return true
  }
}

extension ErrorZone: BlockScorer {
  func append(
    _ rows: Range<Int>, of chunk: EvidenceChunk, to column: inout BlockColumn,
    _ scratch: inout Scratch
  ) -> Bool {
    guard zone == .error, !aggregate.needsShifts, chunk.columns.scored == nil,
      let offsets = chunk.columns.tokenOffsets, let target = chunk.columns.target.logprobs,
      let reference = chunk.columns.reference.logprobs, let ranks = chunk.columns.target.ranks
    else { return false }
    let (starts, values, others) = (offsets.span, target.span, reference.span)
    let places = ranks.span
    let skipped = first == .skip ? 1 : 0
    for row in rows {
      let positions = EvidenceChunk.positions(row, starts)
      let (own, base) = (values.extracting(positions), others.extracting(positions))
      let rank = places.extracting(positions)
      if own.isEmpty || own[0].isNaN || base[0].isNaN || rank[0] == 0 {
        column.append(measure(chunk.sequence(row), &scratch))
      } else {
        let masses = errorZoneMasses(own, base, rank, from: skipped)
        column.append(ZoneMeasure(score: score(masses, 0), masses: masses))
      }
    }
    return true
  }
}

extension SoftErrorZone: BlockScorer {
  func append(
    _ rows: Range<Int>, of chunk: EvidenceChunk, to column: inout BlockColumn,
    _ scratch: inout Scratch
  ) -> Bool {
    guard chunk.columns.scored == nil, let offsets = chunk.columns.tokenOffsets,
      let target = chunk.columns.target.logprobs, let reference = chunk.columns.reference.logprobs
    else { return false }
    let (starts, values, others) = (offsets.span, target.span, reference.span)
    let attack = zoneAttack
    let skipped = first == .skip ? 1 : 0
    for row in rows {
      let positions = EvidenceChunk.positions(row, starts)
      let (own, base) = (values.extracting(positions), others.extracting(positions))
      if own.isEmpty || own[0].isNaN || base[0].isNaN {
        column.append(measure(chunk.sequence(row), &scratch))
      } else {
        let masses = softMasses(own, base, from: skipped)
        column.append(ZoneMeasure(score: attack.score(masses, 0), masses: masses))
      }
    }
    return true
  }
}
