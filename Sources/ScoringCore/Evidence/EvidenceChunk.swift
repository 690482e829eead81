import Basics

/// What one model said about each predicted position; every column is optional.
///
/// Where a record lacks a column its chunk has, floats are NaN, ranks 0 and ids −1.
public struct ModelColumns: Sendable {
  /// Log-probability of the true token, in nats, at most 0.
  public var logprobs: Column<Float>?
  /// 1 + the number of vocabulary entries strictly more probable than the true token.
  public var ranks: Column<Int32>?
  /// The id of the model's own first choice.
  public var top1IDs: Column<Int32>?
  /// The log-probability of the model's own first choice, in nats.
  public var top1Logprobs: Column<Float>?
  /// Mean of log p under the model's own distribution (minus the entropy), in nats.
  public var logprobMeans: Column<Float>?
  /// Standard deviation of log p, in nats.
  public var logprobStds: Column<Float>?
  /// Whether the moments are weighted by probability (Min-K%++'s definition) or over the vocabulary.
  public var momentsAreWeighted = true

  /// No columns at all.
  public init() {}

  /// Whether no column is present.
  public var isEmpty: Bool {
    logprobs == nil && ranks == nil && top1IDs == nil && top1Logprobs == nil
      && logprobMeans == nil && logprobStds == nil
  }
}

/// An immutable block of sequences with their evidence, in columns.
///
/// N sequences of together K tokens have M = K − N predicted positions; position j of a sequence
/// is the prediction of its token j + 1.
public final class EvidenceChunk: Sendable {
  /// Everything a chunk may hold; only ids are required.
  public struct Columns: Sendable {
    /// Ids, unique in a run.
    public var ids: TextColumn
    /// 1 member, 0 non-member, −1 unknown; absent means unknown.
    public var labels: Column<Int8>?
    /// The whole texts.
    public var texts: TextColumn?
    /// `meta`, one JSON object each.
    public var metas: TextColumn?
    /// `extra`, one JSON object each, empty where there is none.
    public var extras: TextColumn?
    /// `extra` as numbers.
    public var extra: ExtraColumns?
    /// 1 where a sequence stands for the population (`meta.population`); absent means none does.
    public var population: Column<UInt8>?
    /// `continuations`, one JSON array each, empty where there are none.
    public var continuations: TextColumn?
    /// Where each sequence's tokens begin (N + 1 entries); absent where only whole texts are known.
    public var tokenOffsets: Column<Int64>?
    /// Token ids (K entries).
    public var tokenIDs: Column<Int32>?
    /// The texts of the token ids that occur.
    public var vocabulary: Vocabulary?
    /// Whether a position counts (M entries, 0 or 1); absent means all do.
    public var scored: Column<UInt8>?
    /// What the fine-tuned model said.
    public var target = ModelColumns()
    /// What its base said.
    public var reference = ModelColumns()

    /// Columns with nothing but ids.
    public init(ids: TextColumn) { self.ids = ids }
  }

  /// The columns.
  public let columns: Columns
  /// The number of sequences.
  public let count: Int

  /// Checks that the columns fit each other.
  ///
  /// - Throws: `EvidenceShapeError` naming the first column whose length is wrong.
  public init(_ columns: Columns) throws(EvidenceShapeError) {
    try columns.checkShape()
    self.columns = columns
    count = columns.ids.count
  }

  /// The label of a sequence.
  public func label(_ index: Int) -> Label {
    columns.labels.flatMap { Label(rawValue: $0[index]) } ?? .unknown
  }

  /// Where a sequence's tokens lie; empty if the chunk has none.
  public func tokenRange(_ index: Int) -> Range<Int> {
    guard let offsets = columns.tokenOffsets else { return 0..<0 }
    return Int(offsets[index])..<Int(offsets[index + 1])
  }

  /// Where a sequence's predicted positions lie; empty if the chunk has no tokens.
  public func positionRange(_ index: Int) -> Range<Int> {
    let tokens = tokenRange(index)
    guard !tokens.isEmpty else { return 0..<0 }
    return (tokens.lowerBound - index)..<(tokens.upperBound - index - 1)
  }
}

/// A column whose length does not fit the others.
public struct EvidenceShapeError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The column's name in evidence files.
  public let column: String
  /// How many entries it has.
  public let count: Int
  /// How many it must have.
  public let expected: Int

  /// What is wrong, in words.
  public var description: String { "\(column) has \(count) entries where \(expected) are needed" }
}

extension EvidenceChunk.Columns {
  fileprivate func checkShape() throws(EvidenceShapeError) {
    func need(_ column: String, _ count: Int?, _ expected: Int) throws(EvidenceShapeError) {
      guard let count, count != expected else { return }
      throw EvidenceShapeError(column: column, count: count, expected: expected)
    }
    let sequences = ids.count
    try need("sequence.labels", labels?.count, sequences)
    try need("sequence.texts", texts?.count, sequences)
    try need("sequence.metas", metas?.count, sequences)
    try need("extra", extras?.count, sequences)
    try need("extra", extra?.count, sequences)
    try need("meta.population", population?.count, sequences)
    try need("continuations", continuations?.count, sequences)
    try need("sequence.token_offsets", tokenOffsets?.count, sequences + 1)
    let tokens = try tokenCount()
    try need("token_ids", tokenIDs?.count, tokens)
    let positions = tokens - (tokenOffsets == nil ? 0 : sequences)
    try need("scored", scored?.count, positions)
    for (name, model) in [("target", target), ("reference", reference)] {
      try need("\(name).logprobs", model.logprobs?.count, positions)
      try need("\(name).ranks", model.ranks?.count, positions)
      try need("\(name).top1_ids", model.top1IDs?.count, positions)
      try need("\(name).top1_logprobs", model.top1Logprobs?.count, positions)
      try need("\(name).logprob_means", model.logprobMeans?.count, positions)
      try need("\(name).logprob_stds", model.logprobStds?.count, positions)
    }
  }

  /// More tokens than any file holds: sums of numbers up to here cannot overflow.
  private static let mostTokens: Int64 = 1 << 40

  /// The number of tokens, after checking that every sequence has at least one.
  private func tokenCount() throws(EvidenceShapeError) -> Int {
    guard let tokenOffsets else { return 0 }
    let span = tokenOffsets.span
    guard span[0] == 0 else {
      throw EvidenceShapeError(column: "sequence.token_offsets", count: Int(span[0]), expected: 0)
    }
    for index in 1..<max(1, span.count) where span[index] <= span[index - 1] {
      throw EvidenceShapeError(
        column: "sequence.token_offsets[\(index)]", count: Int(span[index]),
        expected: span[index - 1] < .max ? Int(clamping: span[index - 1] + 1) : .max)
    }
    let last = span[span.count - 1]
    guard last <= Self.mostTokens else {
      throw EvidenceShapeError(
        column: "sequence.token_offsets", count: Int(clamping: last),
        expected: Int(Self.mostTokens))
    }
    return Int(last)
  }
}
