/// What one model said about one sequence, not copied.
public struct ModelView: ~Escapable {
  /// Log-probabilities of the true tokens, in nats.
  public let logprobs: Span<Float>?
  /// Ranks of the true tokens, from 1.
  public let ranks: Span<Int32>?
  /// Ids of the first choices.
  public let top1IDs: Span<Int32>?
  /// Log-probabilities of the first choices, in nats.
  public let top1Logprobs: Span<Float>?
  /// Means of log p under the model's own distribution, in nats.
  public let logprobMeans: Span<Float>?
  /// Standard deviations of log p, in nats.
  public let logprobStds: Span<Float>?
  /// Whether the moments are weighted by probability.
  public let momentsAreWeighted: Bool

  @_lifetime(borrow chunk)
  init(_ columns: ModelColumns, _ range: Range<Int>, in chunk: borrowing EvidenceChunk) {
    logprobs = chunk.part(columns.logprobs, range)
    ranks = chunk.part(columns.ranks, range)
    top1IDs = chunk.part(columns.top1IDs, range)
    top1Logprobs = chunk.part(columns.top1Logprobs, range)
    logprobMeans = chunk.part(columns.logprobMeans, range)
    logprobStds = chunk.part(columns.logprobStds, range)
    momentsAreWeighted = columns.momentsAreWeighted
  }
}

/// One sequence's evidence, not copied; valid while its chunk is.
public struct SequenceView: ~Escapable {
  /// The number of predicted positions T.
  public let positions: Int
  /// What the fine-tuned model said.
  public let target: ModelView
  /// What its base said.
  public let reference: ModelView
  /// Token ids (T + 1 of them).
  public let tokenIDs: Span<Int32>?
  /// 0 where a position does not count.
  public let scored: Span<UInt8>?
  /// The UTF-8 bytes of the whole text.
  public let text: Span<UInt8>?
  /// The UTF-8 bytes of the `extra` JSON object, empty if there is none.
  public let extra: Span<UInt8>?

  @_lifetime(borrow chunk)
  init(_ chunk: borrowing EvidenceChunk, _ index: Int) {
    let range = chunk.positionRange(index)
    positions = range.count
    target = ModelView(chunk.columns.target, range, in: chunk)
    reference = ModelView(chunk.columns.reference, range, in: chunk)
    tokenIDs = chunk.part(chunk.columns.tokenIDs, chunk.tokenRange(index))
    scored = chunk.part(chunk.columns.scored, range)
    text = chunk.text(chunk.columns.texts, index)
    extra = chunk.text(chunk.columns.extras, index)
  }
}

extension EvidenceChunk {
  /// A view of one sequence.
  @_lifetime(borrow self)
  public func sequence(_ index: Int) -> SequenceView { SequenceView(self, index) }

  @_lifetime(borrow self)
  fileprivate func part<T>(_ column: Column<T>?, _ range: Range<Int>) -> Span<T>? {
    guard let column else { return nil }
    return _overrideLifetime(column.span(range), borrowing: self)
  }

  @_lifetime(borrow self)
  fileprivate func text(_ column: TextColumn?, _ index: Int) -> Span<UInt8>? {
    guard let column else { return nil }
    return _overrideLifetime(column.utf8(index), borrowing: self)
  }
}
