import Basics

/// How windows of a text are cut and what counts, for measures read off the evidence.
public struct ExtractionSettings: Hashable, Sendable {
  /// Tokens that are given before the suffix of (n, p)-discoverable extraction.
  public var prefix = 50
  /// Tokens of that suffix.
  public var suffix = 50
  /// The probability p with which one of n draws must be the suffix.
  public var probability = 0.5
  /// The length l of windows, in tokens.
  public var window = 50
  /// The last rank m that an adversary who ranks candidates goes through.
  public var rankLimit = 20
  /// Whether the first predicted position counts.
  public var first = ErrorZone.First.skip

  /// The papers' settings: 50 tokens after 50, windows of 50, ranks up to 20.
  public init() {}
}

/// What extraction from one model would take, for every sequence, without generating a token.
///
/// Everything follows from log-probabilities and ranks of the true text. A value is NaN, and a run
/// −1, where the sequence is too short or lacks the evidence.
public struct ExtractionMeasures: Sendable {
  /// How they were computed.
  public let settings: ExtractionSettings
  /// Exact memorization: the share of positions whose true token is the first choice.
  public internal(set) var memorized: [Double] = []
  /// Extraction strength: 1 − k/T, k the positions before all remaining first choices are true.
  public internal(set) var strength: [Double] = []
  /// The most consecutive positions whose true token is the first choice.
  public internal(set) var longestRun: [Int32] = []
  /// −log2 of the probability with which sampling continues the prefix with the suffix.
  public internal(set) var suffixBits: [Double] = []
  /// Whether greedy decoding continues the prefix with the suffix: 1 or 0.
  public internal(set) var suffixIsGreedy: [Double] = []
  /// b of (l, b)-inextractability: the least cost of any window to an adversary who ranks, in bits.
  public internal(set) var windowBits: [Double] = []
  /// The most bits the reference needs for a window that the target gives away greedily.
  ///
  /// Zero where no window of the length is greedy.
  public internal(set) var greedyWindowReferenceBits: [Double] = []
  /// `memorized` under the reference.
  public internal(set) var referenceMemorized: [Double] = []
  /// `strength` under the reference.
  public internal(set) var referenceStrength: [Double] = []

  /// Measures every sequence of a table, on all cores.
  ///
  /// Sequences are read block by block, as by attacks: nothing but the results is kept.
  ///
  /// - Returns: nil once `isCancelled` says yes.
  public init?(
    _ table: EvidenceTable, settings: ExtractionSettings = ExtractionSettings(),
    threads: Int? = nil, isCancelled: @Sendable () -> Bool = { false }
  ) {
    self.settings = settings
    let blocks = RowBlocks(table)
    let parts = parallelItems(count: blocks.count, threads: threads ?? availableThreads) { number in
      isCancelled() ? nil : Self.measure(blocks[number], in: table, settings)
    }
    for part in parts {
      guard let part else { return nil }
      append(part)
    }
  }

  private init(settings: ExtractionSettings) { self.settings = settings }

  /// The number of sequences.
  public var count: Int { memorized.count }

  /// log2 of the draws after which the suffix has come with the wanted probability; NaN if unknown.
  public func log2Draws(_ row: Int) -> Double {
    SamplingDraws.log2Draws(bits: suffixBits[row], probability: settings.probability)
  }

  private static func measure(
    _ rows: Range<Int>, in table: EvidenceTable, _ settings: ExtractionSettings
  ) -> ExtractionMeasures {
    var measures = ExtractionMeasures(settings: settings)
    var costs = PositionCosts()
    var scratch = Scratch()
    for row in rows {
      let (chunk, index) = table.locate(row)
      let isRead = costs.read(
        chunk.sequence(index), rankLimit: settings.rankLimit, skipFirst: settings.first == .skip,
        &scratch)
      measures.append(isRead ? costs : PositionCosts())
    }
    return measures
  }

  private mutating func append(_ costs: PositionCosts) {
    let own = GreedyFigures(costs.isGreedy, costs.isEligible)
    memorized.append(own.memorized)
    strength.append(own.strength)
    longestRun.append(own.longestRun)
    let base = GreedyFigures(costs.isReferenceGreedy, costs.isEligible)
    referenceMemorized.append(base.memorized)
    referenceStrength.append(base.strength)
    // The token with number `prefix` is predicted at the position before it.
    let suffix = settings.prefix - 1..<settings.prefix - 1 + settings.suffix
    let isInside =
      suffix.lowerBound >= 0 && suffix.upperBound <= costs.count
      && costs.isEligible[suffix].allSatisfy { $0 }
    suffixBits.append(isInside ? costs.target[suffix].reduce(0, +) : .nan)
    let isTold = isInside && !costs.isGreedy.isEmpty
    suffixIsGreedy.append(isTold ? (costs.isGreedy[suffix].allSatisfy { $0 } ? 1 : 0) : .nan)
    windowBits.append(
      costs.guesses.isEmpty
        ? .nan
        : WindowCosts.least(costs.guesses, costs.isEligible, length: settings.window) ?? .nan)
    greedyWindowReferenceBits.append(
      costs.isGreedy.isEmpty || costs.reference.isEmpty
        ? .nan : WindowCosts.most(costs.reference, costs.isGreedy, length: settings.window) ?? 0)
  }

  private mutating func append(_ more: ExtractionMeasures) {
    memorized += more.memorized
    strength += more.strength
    longestRun += more.longestRun
    suffixBits += more.suffixBits
    suffixIsGreedy += more.suffixIsGreedy
    windowBits += more.windowBits
    greedyWindowReferenceBits += more.greedyWindowReferenceBits
    referenceMemorized += more.referenceMemorized
    referenceStrength += more.referenceStrength
  }
}

/// What first choices alone tell of one sequence.
private struct GreedyFigures {
  var memorized = Double.nan
  var strength = Double.nan
  var longestRun: Int32 = -1

  init(_ isGreedy: [Bool], _ isEligible: [Bool]) {
    let eligible = isEligible.count { $0 }
    guard !isGreedy.isEmpty, isGreedy.count == isEligible.count, eligible > 0 else { return }
    var (hits, run, longest, before) = (0, 0, 0, 0)
    var seen = 0
    for place in isGreedy.indices {
      guard isEligible[place] else {
        run = 0
        continue
      }
      seen += 1
      if isGreedy[place] {
        hits += 1
        run += 1
        longest = max(longest, run)
      } else {
        run = 0
        before = seen
      }
    }
    memorized = Double(hits) / Double(eligible)
    strength = 1 - Double(before) / Double(eligible)
    longestRun = Int32(longest)
  }
}

/// Runs of at most 1,024 rows that lie in one chunk: small enough to share evenly among cores.
struct RowBlocks: Sendable {
  private let ranges: [Range<Int>]

  init(_ table: EvidenceTable) {
    ranges = table.chunks.indices.flatMap { number -> [Range<Int>] in
      let (start, count) = (table.start(ofChunk: number), table.chunks[number].count)
      return stride(from: 0, to: count, by: 1024).map {
        start + $0..<start + min(count, $0 + 1024)
      }
    }
  }

  var count: Int { ranges.count }
  subscript(_ number: Int) -> Range<Int> { ranges[number] }
}
