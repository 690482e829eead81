/// Kinds of evidence an attack may need and a table may have.
public struct EvidenceKinds: OptionSet, Hashable, Sendable {
  /// A bit a kind.
  public let rawValue: UInt32

  /// Kinds from their bits.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `target.logprobs`.
  public static let target = EvidenceKinds(rawValue: 1 << 0)
  /// `reference.logprobs`.
  public static let reference = EvidenceKinds(rawValue: 1 << 1)
  /// Whether the target's first choice was the true token: ranks, or first choices.
  public static let targetErrors = EvidenceKinds(rawValue: 1 << 2)
  /// `target.ranks`.
  public static let targetRanks = EvidenceKinds(rawValue: 1 << 3)
  /// Probability-weighted means and standard deviations of the target's log-probabilities.
  public static let targetMoments = EvidenceKinds(rawValue: 1 << 4)
  /// The target's entropies: its probability-weighted means, whose negatives they are.
  public static let targetEntropies = EvidenceKinds(rawValue: 1 << 5)
  /// `target.top1_logprobs`.
  public static let targetTop1Logprobs = EvidenceKinds(rawValue: 1 << 6)
  /// `text`.
  public static let text = EvidenceKinds(rawValue: 1 << 7)
  /// `token_ids`.
  public static let tokenIDs = EvidenceKinds(rawValue: 1 << 8)
  /// How often tokens occur in a reference corpus.
  public static let tokenFrequencies = EvidenceKinds(rawValue: 1 << 9)
  /// Sequences marked as the population.
  public static let population = EvidenceKinds(rawValue: 1 << 10)
  /// `extra.lowercase`.
  public static let lowercase = EvidenceKinds(rawValue: 1 << 11)
  /// `extra.neighbors`.
  public static let neighbors = EvidenceKinds(rawValue: 1 << 12)
  /// `extra.reference_neighbors`.
  public static let referenceNeighbors = EvidenceKinds(rawValue: 1 << 13)
  /// `extra.nonmember_prefix`.
  public static let nonmemberPrefix = EvidenceKinds(rawValue: 1 << 14)
  /// `extra.member_prefix`.
  public static let memberPrefix = EvidenceKinds(rawValue: 1 << 15)
  /// `extra.shadow_in`.
  public static let shadowIn = EvidenceKinds(rawValue: 1 << 16)
  /// `extra.shadow_out`.
  public static let shadowOut = EvidenceKinds(rawValue: 1 << 17)
  /// `continuations`.
  public static let continuations = EvidenceKinds(rawValue: 1 << 18)

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
    if target.logprobMeans != nil && target.momentsAreWeighted {
      kinds.insert(.targetEntropies)
      if target.logprobStds != nil { kinds.insert(.targetMoments) }
    }
    if columns.texts != nil { kinds.insert(.text) }
    if columns.tokenIDs != nil { kinds.insert(.tokenIDs) }
    if let extra = columns.extra { kinds.formUnion(EvidenceKinds(extra: extra)) }
    if let population = columns.population, population.hasNonzero { kinds.insert(.population) }
    if columns.continuations != nil { kinds.insert(.continuations) }
    self = kinds
  }

  private init(extra: ExtraColumns) {
    self = []
    if extra.has(.lowercase) { insert(.lowercase) }
    if extra.has(.neighbors) { insert(.neighbors) }
    if extra.has(.referenceNeighbors) { insert(.referenceNeighbors) }
    if extra.has(.nonmemberPrefix) { insert(.nonmemberPrefix) }
    if extra.has(.memberPrefix) { insert(.memberPrefix) }
    if extra.has(.shadowIn) { insert(.shadowIn) }
    if extra.has(.shadowOut) { insert(.shadowOut) }
  }

  /// The evidence columns that would supply each kind, for messages.
  public var columnNames: [String] {
    Self.remedies.filter { contains($0.kind) }.map { $0.shortColumns ?? $0.columns }
  }
}

extension Column where Element == UInt8 {
  fileprivate var hasNonzero: Bool {
    let span = span
    for index in span.indices where span[index] != 0 { return true }
    return false
  }
}
