/// What one model said about one sequence, not copied.
///
/// Columns are looked up when they are asked for: an attack reads two or three of the twelve.
public struct ModelView: ~Escapable {
  private let chunk: EvidenceChunk
  private let isTarget: Bool
  private let range: Range<Int>

  @_lifetime(borrow chunk)
  init(_ chunk: borrowing EvidenceChunk, isTarget: Bool, _ range: Range<Int>) {
    self.chunk = copy chunk
    self.isTarget = isTarget
    self.range = range
  }

  /// Log-probabilities of the true tokens, in nats.
  public var logprobs: Span<Float>? {
    @_lifetime(copy self)
    get {
      part(isTarget ? chunk.columns.target.logprobs : chunk.columns.reference.logprobs)
    }
  }

  /// Ranks of the true tokens, from 1.
  public var ranks: Span<Int32>? {
    @_lifetime(copy self)
    get {
      part(isTarget ? chunk.columns.target.ranks : chunk.columns.reference.ranks)
    }
  }

  /// Ids of the first choices.
  public var top1IDs: Span<Int32>? {
    @_lifetime(copy self)
    get {
      part(isTarget ? chunk.columns.target.top1IDs : chunk.columns.reference.top1IDs)
    }
  }

  /// Log-probabilities of the first choices, in nats.
  public var top1Logprobs: Span<Float>? {
    @_lifetime(copy self)
    get {
      part(isTarget ? chunk.columns.target.top1Logprobs : chunk.columns.reference.top1Logprobs)
    }
  }

  /// Means of log p under the model's own distribution, in nats.
  public var logprobMeans: Span<Float>? {
    @_lifetime(copy self)
    get {
      part(isTarget ? chunk.columns.target.logprobMeans : chunk.columns.reference.logprobMeans)
    }
  }

  /// Standard deviations of log p, in nats.
  public var logprobStds: Span<Float>? {
    @_lifetime(copy self)
    get {
      part(isTarget ? chunk.columns.target.logprobStds : chunk.columns.reference.logprobStds)
    }
  }

  /// Whether the moments are weighted by probability.
  public var momentsAreWeighted: Bool {
    isTarget ? chunk.columns.target.momentsAreWeighted : chunk.columns.reference.momentsAreWeighted
  }

  @_lifetime(copy self)
  private func part<T>(_ column: Column<T>?) -> Span<T>? {
    guard let column else { return nil }
    return _overrideLifetime(column.span(range), copying: self)
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
  /// The mean log-probabilities of further passes.
  public let extra: ExtraView

  @_lifetime(borrow chunk)
  init(_ chunk: borrowing EvidenceChunk, _ index: Int) {
    let range = chunk.positionRange(index)
    positions = range.count
    target = _overrideLifetime(
      ModelView(chunk, isTarget: true, range), borrowing: chunk)
    reference = _overrideLifetime(
      ModelView(chunk, isTarget: false, range), borrowing: chunk)
    tokenIDs = chunk.part(chunk.columns.tokenIDs, chunk.tokenRange(index))
    scored = chunk.part(chunk.columns.scored, range)
    text = chunk.text(chunk.columns.texts, index)
    extra = _overrideLifetime(ExtraView(chunk, index), borrowing: chunk)
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
