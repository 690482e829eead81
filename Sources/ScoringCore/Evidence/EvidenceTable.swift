/// All evidence of one run: an ordered list of immutable chunks.
///
/// A table never changes; a longer one shares the chunks of a shorter one, so data can stream in.
public final class EvidenceTable: Sendable {
  /// What is known of the run.
  public let run: Run
  /// The chunks, in order.
  public let chunks: [EvidenceChunk]
  /// Which columns at least one chunk has.
  public let available: EvidenceKinds
  private let starts: [Int]

  /// A table over chunks.
  public init(run: Run, chunks: [EvidenceChunk]) {
    self.run = run
    self.chunks = chunks
    var starts = [0]
    for chunk in chunks { starts.append(starts[starts.count - 1] + chunk.count) }
    self.starts = starts
    available = chunks.reduce(into: []) { $0.formUnion(EvidenceKinds(chunk: $1)) }
  }

  /// The number of sequences.
  public var count: Int { starts[starts.count - 1] }

  /// The chunk that holds a sequence, and the sequence's place in it.
  public func locate(_ index: Int) -> (chunk: EvidenceChunk, index: Int) {
    precondition(index >= 0 && index < count)
    var (low, high) = (0, chunks.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= index { low = middle } else { high = middle - 1 }
    }
    return (chunks[low], index - starts[low])
  }

  /// The index in the table of a chunk's first sequence.
  public func start(ofChunk chunk: Int) -> Int { starts[chunk] }

  /// A sequence's id.
  public func id(_ index: Int) -> String {
    let (chunk, index) = locate(index)
    return chunk.columns.ids[index]
  }

  /// A sequence's label.
  public func label(_ index: Int) -> Label {
    let (chunk, index) = locate(index)
    return chunk.label(index)
  }

  /// All labels.
  public var labels: [Label] {
    chunks.flatMap { chunk in (0..<chunk.count).map { chunk.label($0) } }
  }

  /// All ids; those of a single chunk are not copied.
  public var ids: TextColumn {
    if chunks.count == 1 { return chunks[0].columns.ids }
    return TextColumn(joining: chunks.map(\.columns.ids))
  }

  /// A sequence's whole text; without one, its tokens joined; empty if there are none either.
  public func text(_ index: Int) -> String {
    let (chunk, index) = locate(index)
    if let texts = chunk.columns.texts, !texts.range(index).isEmpty { return texts[index] }
    return String(decoding: tokenBytes(chunk, index).joined(), as: UTF8.self)
  }

  /// The exact bytes of each of a sequence's tokens; empty if tokens are not known.
  public func tokens(_ index: Int) -> [[UInt8]] {
    let (chunk, index) = locate(index)
    return tokenBytes(chunk, index)
  }

  /// A sequence's `meta` as JSON text; empty if it has none.
  public func meta(_ index: Int) -> String {
    let (chunk, index) = locate(index)
    return chunk.columns.metas.map { $0[index] } ?? ""
  }

  private func tokenBytes(_ chunk: EvidenceChunk, _ index: Int) -> [[UInt8]] {
    guard let ids = chunk.columns.tokenIDs, let vocabulary = chunk.columns.vocabulary else {
      return []
    }
    return chunk.tokenRange(index).map { vocabulary.bytes(of: ids[$0]) ?? [] }
  }
}

/// Kinds of evidence an attack may need and a table may have.
public struct EvidenceKinds: OptionSet, Hashable, Sendable {
  /// A bit a kind.
  public let rawValue: UInt16

  /// Kinds from their bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// `target.logprobs`.
  public static let target = EvidenceKinds(rawValue: 1)
  /// `reference.logprobs`.
  public static let reference = EvidenceKinds(rawValue: 2)
  /// Whether the target's first choice was the true token: ranks, or first choices.
  public static let targetErrors = EvidenceKinds(rawValue: 4)
  /// `target.ranks`.
  public static let targetRanks = EvidenceKinds(rawValue: 8)
  /// Probability-weighted moments of the target.
  public static let targetMoments = EvidenceKinds(rawValue: 16)
  /// `target.top1_logprobs`.
  public static let targetTop1Logprobs = EvidenceKinds(rawValue: 32)
  /// `text`.
  public static let text = EvidenceKinds(rawValue: 64)
  /// `token_ids`.
  public static let tokenIDs = EvidenceKinds(rawValue: 128)
  /// `extra`.
  public static let extra = EvidenceKinds(rawValue: 256)
  /// `continuations`.
  public static let continuations = EvidenceKinds(rawValue: 512)

  /// The kinds a chunk holds.
  public init(chunk: EvidenceChunk) {
    let columns = chunk.columns
    let target = columns.target
    var kinds: EvidenceKinds = []
    if target.logprobs != nil { kinds.insert(.target) }
    if columns.reference.logprobs != nil { kinds.insert(.reference) }
    if target.ranks != nil { kinds.formUnion([.targetRanks, .targetErrors]) }
    if target.top1IDs != nil && columns.tokenIDs != nil { kinds.insert(.targetErrors) }
    if target.top1Logprobs != nil { kinds.formUnion([.targetTop1Logprobs, .targetErrors]) }
    if target.logprobMeans != nil && target.logprobStds != nil && target.momentsAreWeighted {
      kinds.insert(.targetMoments)
    }
    if columns.texts != nil { kinds.insert(.text) }
    if columns.tokenIDs != nil { kinds.insert(.tokenIDs) }
    if columns.extras != nil { kinds.insert(.extra) }
    if columns.continuations != nil { kinds.insert(.continuations) }
    self = kinds
  }

  /// The evidence columns that would supply each kind, for messages.
  public var columnNames: [String] {
    let names: [(EvidenceKinds, String)] = [
      (.target, "target.logprobs"), (.reference, "reference.logprobs"),
      (.targetErrors, "target.ranks (or top1_ids, or top1_logprobs)"),
      (.targetRanks, "target.ranks"),
      (.targetMoments, "target.logprob_means and target.logprob_stds"),
      (.targetTop1Logprobs, "target.top1_logprobs"), (.text, "text"),
      (.tokenIDs, "token_ids"), (.extra, "extra"), (.continuations, "continuations"),
    ]
    return names.filter { contains($0.0) }.map(\.1)
  }
}
