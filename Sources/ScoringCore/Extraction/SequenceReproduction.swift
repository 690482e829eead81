import Basics

/// What all continuations of one sequence under one decoding came to.
public struct SequenceReproduction: Hashable, Sendable {
  /// The sequence's row in the table.
  public let sequence: Int
  /// Its continuations under this decoding: one for greedy decoding, usually more when sampled.
  public let samples: Int
  /// How many of them are verbatim.
  public let verbatim: Int
  /// How many are verbatim or near it.
  public let nearVerbatim: Int
  /// Tokens that decide about verbatim reproduction, the fewest of its continuations.
  public let comparedTokens: Int
  /// The longest run of shared tokens of any.
  public let longestRun: Int
  /// The mean over them of ROUGE-L's F.
  public let rougeL: Double
  /// The highest supplied similarity of any, by encoder.
  public let suppliedSimilarities: [String: Double]
  /// The highest likeness in wording of any; nil without texts.
  public let lexicalSimilarity: Double?

  /// Sums up continuations of a sequence; nil for none.
  init?(sequence: Int, _ reproductions: some Collection<Reproduction>) {
    guard !reproductions.isEmpty else { return nil }
    self.sequence = sequence
    samples = reproductions.count
    verbatim = reproductions.count(where: \.isVerbatim)
    nearVerbatim = reproductions.count(where: \.isNearVerbatim)
    comparedTokens = reproductions.map(\.comparedTokens).min() ?? 0
    longestRun = reproductions.map(\.longestRun).max() ?? 0
    rougeL = reproductions.reduce(0) { $0 + $1.rougeL.f } / Double(samples)
    lexicalSimilarity = reproductions.compactMap(\.lexicalSimilarity).max()
    var supplied: [String: Double] = [:]
    for reproduction in reproductions {
      guard let similarity = reproduction.suppliedSimilarity else { continue }
      let encoder = reproduction.encoder ?? Self.unnamedEncoder
      supplied[encoder] = max(supplied[encoder] ?? -1, similarity)
    }
    suppliedSimilarities = supplied
  }

  /// What stands for the encoder of similarities that came without one.
  public static let unnamedEncoder = "unnamed encoder"

  /// The share of samples that are verbatim.
  public var verbatimShare: Double { Double(verbatim) / Double(samples) }
}

/// The reproductions of a run under one decoding, a row per sequence.
///
/// Greedy and sampled continuations answer different questions and are never mixed.
public struct DecodingReproductions: Sendable {
  /// The decoding, as the evidence spells it.
  public let decoding: String
  /// The sequences that have such continuations, ascending.
  public let rows: [SequenceReproduction]
  /// How many continuations were compared, by what was compared in them.
  public let units: [Reproduction.Unit: Int]
  /// Continuations left out because their true suffix is empty or unknown.
  public let withoutSuffix: Int

  /// Compares all continuations of a table, on all cores; one entry a decoding.
  public static func all(
    of table: ContinuationTable, threads: Int? = nil
  ) -> [DecodingReproductions] {
    let compared = parallelParts(
      count: table.all.count, threads: threads ?? availableThreads
    ) { range in range.map { Reproduction(table.all[$0]) } }
    return table.decodings.map { decoding in
      let places = table.all.indices.filter { table.all[$0].decoding == decoding }
      return DecodingReproductions(
        decoding: decoding, places.map { (table.sequences[$0], compared[$0]) })
    }
  }

  private init(decoding: String, _ entries: [(sequence: Int, reproduction: Reproduction?)]) {
    self.decoding = decoding
    withoutSuffix = entries.count { $0.reproduction == nil }
    let known = entries.compactMap { entry in
      entry.reproduction.map { (sequence: entry.sequence, reproduction: $0) }
    }
    units = known.reduce(into: [:]) { $0[$1.reproduction.unit, default: 0] += 1 }
    var rows: [SequenceReproduction] = []
    var start = 0
    while start < known.count {
      let end = known[start...].firstIndex { $0.sequence != known[start].sequence } ?? known.count
      let part = known[start..<end].map(\.reproduction)
      if let row = SequenceReproduction(sequence: known[start].sequence, part) { rows.append(row) }
      start = end
    }
    self.rows = rows
  }
}
