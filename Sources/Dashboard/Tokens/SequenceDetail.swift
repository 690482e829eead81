import Analysis
import Basics
import ScoringCore
import TerminalUI

/// One sequence of one run token by token, computed once and then only looked at.
///
/// Token 0 is never predicted; what belongs to token i is at index i − 1 of the columns.
package final class SequenceDetail: Sendable {
  package let analysis: RunAnalysis
  package let row: Int
  package let id: String
  /// The attack looked at.
  package let attack: String
  /// The attack whose zone is shown: the one looked at if it has a zone, else EZ.
  package let zoneAttack: ErrorZone

  /// How much of the text is hidden.
  package let redaction: Redaction
  /// What is shown of every token, not yet safe to draw; invalid bytes as `<0xE6>`.
  package let tokens: [String]
  /// The text of every token with nothing hidden, for finding places in it.
  package let trueTokens: [String]
  /// Where the tokens end in the sequence's bytes, and what of those is hidden; nil if nothing is.
  private let redacted: (text: RedactedText, ends: [Int])?
  /// Whether the tokens' texts are known; if not they are numbered.
  package let hasTexts: Bool
  package let target: [Float]?
  package let reference: [Float]?
  package let ranks: [Int32]?
  private let choices: [Int32]?
  private let chunk: EvidenceChunk
  /// The sequence's place in its chunk.
  private let index: Int
  /// What each position is to the zone; nil without evidence of errors.
  package let marks: [ZoneMark]?
  /// What the zone holds, as the scorer measures it.
  package let measure: ZoneMeasure?
  /// For each predicted position what it adds to P − N; nil unless the zone is the soft one.
  package let softShifts: [Double]?
  /// Tokens of the zone that follow one another, as ranges of tokens.
  package let zones: [Range<Int>]
  /// Tokens of the zone whose shift is among the largest tenth, in the order of the text.
  package let extremes: [Int]
  /// A few tokens of the zone, those whose shift is the largest first.
  package let strongestFirst: [Int]

  /// The one at hand if it is of the same, else a new one; nil without per-token evidence.
  static func of(
    _ analysis: RunAnalysis, row: Int, attack: String, redaction: Redaction,
    reusing old: SequenceDetail?
  ) -> SequenceDetail? {
    if let old, old.analysis === analysis, old.row == row, old.attack == attack,
      old.redaction == redaction
    {
      return old
    }
    return SequenceDetail(analysis, row: row, attack: attack, redaction: redaction)
  }

  /// Nil where there is no per-token evidence of the sequence.
  package init?(
    _ analysis: RunAnalysis, row: Int, attack spelling: String, redaction: Redaction = .off
  ) {
    guard let table = analysis.table, row >= 0, row < table.count else { return nil }
    let (chunk, index) = table.locate(row)
    let count = chunk.tokenRange(index).count
    guard count > 0 else { return nil }
    self.analysis = analysis
    self.row = row
    id = analysis.scores.ids[row]
    attack = spelling
    self.chunk = chunk
    self.index = index
    let named = try? AttackCatalog.attack(spelling)
    let zoneAttack =
      named as? ErrorZone ?? (named as? SoftErrorZone)?.zoneAttack ?? ErrorZone()
    self.zoneAttack = zoneAttack

    let bytes = table.tokens(row)
    hasTexts = !bytes.isEmpty
    self.redaction = redaction
    trueTokens = bytes.isEmpty ? (0..<count).map { "[\($0)]" } : bytes.map(TokenBytes.text)
    if bytes.isEmpty || redaction == .off {
      (redacted, tokens) = (nil, trueTokens)
    } else {
      let text = RedactedText(Array(bytes.joined()), redaction)
      var ends = [0]
      for token in bytes { ends.append(ends[ends.count - 1] + token.count) }
      redacted = (text, ends)
      tokens = bytes.indices.map { text.text(ends[$0]..<ends[$0 + 1]) }
    }
    let view = chunk.sequence(index)
    target = Self.values(view.target.logprobs)
    reference = Self.values(view.reference.logprobs)
    ranks = Self.present(view.target.ranks, absent: 0)
    choices = Self.present(view.target.top1IDs, absent: -1)
    marks = zoneAttack.marks(view)
    softShifts = zoneAttack.zone == .soft ? zoneAttack.softShifts(view) : nil
    var scratch = Scratch()
    let measure = zoneAttack.measure(view, &scratch)
    self.measure = measure.score.status == .missingEvidence ? nil : measure
    zones = Self.zones(marks ?? [])
    let sized =
      softShifts.map { shifts in
        shifts.indices.filter { abs(shifts[$0]) > 0 }
          .sorted { (abs(shifts[$1]), $0) < (abs(shifts[$0]), $1) }.map { $0 + 1 }
      } ?? Self.bySize(marks ?? [], target ?? [], reference ?? [])
    // A tenth of the zone, and at least three places to jump to where there are as many.
    extremes = sized.prefix(max(3, sized.count / 10)).sorted()
    strongestFirst = Array(sized.prefix(24))
  }

  package var count: Int { tokens.count }

  /// The token of the zone whose shift is the largest, up before down.
  package var strongest: Int? {
    extremes.max { shift($0) ?? 0 < shift($1) ?? 0 } ?? zones.first?.lowerBound
  }

  /// t − r of a token in nats; nil for the first one and without both models.
  package func shift(_ token: Int) -> Double? {
    guard token >= 1, token < count, let target, let reference else { return nil }
    return Double(target[token - 1]) - Double(reference[token - 1])
  }

  /// What a token is tinted by: its shift, or in the soft zone its shift times the chance to err.
  package func tint(_ token: Int) -> Double? {
    guard let softShifts else { return shift(token) }
    guard token >= 1, token <= softShifts.count else { return nil }
    return softShifts[token - 1].isNaN ? nil : softShifts[token - 1]
  }

  package func isInZone(_ token: Int) -> Bool {
    guard token >= 1, let marks, token <= marks.count else { return false }
    return marks[token - 1] == .inside
  }

  /// What the target wanted instead of a token: nil where it was right, or where nobody knows.
  package func choice(_ token: Int) -> String? {
    guard token >= 1, let choices, token <= choices.count else { return nil }
    guard isError(token) ?? true else { return nil }
    guard let bytes = chunk.columns.vocabulary?.bytes(of: choices[token - 1]) else { return nil }
    return hiding(bytes, insteadOf: token)
  }

  /// What is shown of bytes that would stand in a token's place.
  private func hiding(_ bytes: [UInt8], insteadOf token: Int) -> String {
    guard let redacted else { return TokenBytes.text(bytes) }
    // Where the true token is a secret, so may be what the model takes for it.
    let isSecret = redacted.text.hides(redacted.ends[token]..<redacted.ends[token + 1])
    if isSecret || redaction == .all || redaction == .blank {
      return RedactedText(bytes, redaction == .blank ? .blank : .all).text(0..<bytes.count)
    }
    let before = max(0, redacted.ends[token] - 256)..<redacted.ends[token]
    let context = redacted.text.bytes[before] + bytes
    return RedactedText(Array(context), redaction).text(before.count..<context.count)
  }

  /// Whether first choices are known at all.
  package var knowsChoices: Bool { choices != nil }

  /// Whether the target's first choice was another token; nil if that is not known.
  package func isError(_ token: Int) -> Bool? {
    guard token >= 1, token < count else { return nil }
    if let ranks { return ranks[token - 1] != 1 }
    if let marks, zoneAttack.zone == .error { return marks[token - 1] == .inside }
    return nil
  }

  /// A token's part of P where its shift goes up, of N where it goes down; nil outside the zone.
  package func share(_ token: Int) -> (ofUpward: Bool, share: Double)? {
    guard isInZone(token), let shift = tint(token), let masses = measure?.masses else {
      return nil
    }
    let whole = shift > 0 ? masses.up : masses.down
    guard shift != 0, whole > 0, whole.isFinite else { return nil }
    return (shift > 0, abs(shift) / whole)
  }

  /// Mean loss in nats of the positions that count under one model.
  package func loss(_ logprobs: [Float]?) -> Double? {
    guard let logprobs, !logprobs.isEmpty else { return nil }
    let chunk = chunk
    let view = chunk.sequence(index)
    var (sum, counted) = (0.0, 0)
    for position in logprobs.indices {
      if let scored = view.scored, scored[position] == 0 { continue }
      sum -= Double(logprobs[position])
      counted += 1
    }
    return counted == 0 ? nil : sum / Double(counted)
  }

  /// The sequence's evidence, for what only some views of it need.
  package func withView<Result>(_ body: (borrowing SequenceView) -> Result) -> Result {
    let chunk = chunk
    return body(chunk.sequence(index))
  }

  /// Columns a reader may miss on screen, by their names in evidence files.
  package var missing: [String] {
    var names: [String] = []
    if !hasTexts { names.append("token_ids") }
    if target == nil { names.append("target.logprobs") }
    if reference == nil { names.append("reference.logprobs") }
    if marks == nil { names.append("target.ranks") }
    if choices == nil { names.append("target.top1_ids") }
    return names
  }

  private static func values(_ span: Swift.Span<Float>?) -> [Float]? {
    guard let span, span.count == 0 || !span[0].isNaN else { return nil }
    return array(span)
  }

  /// Nil where the record lacks the column: its first value says so.
  private static func present(_ span: Swift.Span<Int32>?, absent: Int32) -> [Int32]? {
    guard let span, span.count == 0 || span[0] != absent else { return nil }
    return array(span)
  }

  private static func array<Element: BitwiseCopyable>(_ span: Swift.Span<Element>) -> [Element] {
    span.withUnsafeBufferPointer(Array.init)
  }

  private static func zones(_ marks: [ZoneMark]) -> [Range<Int>] {
    var zones: [Range<Int>] = []
    for (position, mark) in marks.enumerated() where mark == .inside {
      if let last = zones.last, last.upperBound == position + 1 {
        zones[zones.count - 1] = last.lowerBound..<position + 2
      } else {
        zones.append(position + 1..<position + 2)
      }
    }
    return zones
  }

  /// The tokens of the zone that moved, the largest shift first.
  private static func bySize(
    _ marks: [ZoneMark], _ target: [Float], _ reference: [Float]
  ) -> [Int] {
    guard target.count == marks.count, reference.count == marks.count else { return [] }
    let sized = marks.indices.compactMap { position -> (token: Int, size: Float)? in
      let size = abs(target[position] - reference[position])
      return marks[position] == .inside && size > 0 ? (position + 1, size) : nil
    }
    return sized.sorted { ($1.size, $0.token) < ($0.size, $1.token) }.map(\.token)
  }
}
