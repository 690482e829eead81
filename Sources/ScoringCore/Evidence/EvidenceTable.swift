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
  /// How often tokens occur in a reference corpus, if that is known.
  public let tokenFrequencies: TokenFrequencies?
  /// Scores of all sequences of the run, where tokens are kept of some only: the table's rows are
  /// the first of them.
  public let scores: RunScores?
  private let starts: [Int]

  /// A table over chunks, and what belongs to all of them.
  ///
  /// - Parameters:
  ///   - run: what is known of the run.
  ///   - chunks: its sequences, in order.
  ///   - tokenFrequencies: how often tokens occur in a reference corpus, if that is known.
  ///   - scores: scores of all sequences, where the chunks hold the tokens of some only.
  public convenience init(
    run: Run, chunks: [EvidenceChunk], tokenFrequencies: TokenFrequencies? = nil,
    scores: ScoreTable? = nil
  ) {
    let joined = scores.map {
      RunScores(
        $0, ids: TextColumn(joining: chunks.map(\.columns.ids)),
        labels: chunks.flatMap { chunk in (0..<chunk.count).map { chunk.label($0) } })
    }
    self.init(run, chunks, tokenFrequencies, joined)
  }

  private init(
    _ run: Run, _ chunks: [EvidenceChunk], _ tokenFrequencies: TokenFrequencies?,
    _ scores: RunScores?
  ) {
    self.run = run
    self.chunks = chunks
    self.tokenFrequencies = tokenFrequencies
    self.scores = scores
    var starts = [0]
    for chunk in chunks { starts.append(starts[starts.count - 1] + chunk.count) }
    self.starts = starts
    var available: EvidenceKinds = tokenFrequencies == nil ? [] : .tokenFrequencies
    for chunk in chunks { available.formUnion(EvidenceKinds(chunk: chunk)) }
    self.available = available
  }

  /// The same evidence as that of another run.
  public func of(_ run: Run) -> EvidenceTable {
    EvidenceTable(run, chunks, tokenFrequencies, scores)
  }

  /// The number of sequences whose tokens are kept.
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

  /// The sequences that stand for the population (`meta.population`), which figures leave out.
  public var populationRows: [Int] {
    guard available.contains(.population) else { return [] }
    return chunks.indices.flatMap { number -> [Int] in
      guard let marks = chunks[number].columns.population else { return [] }
      return (0..<chunks[number].count).filter { marks[$0] != 0 }.map { $0 + starts[number] }
    }
  }

  /// All ids; those of a single chunk are not copied.
  public var ids: TextColumn {
    if chunks.count == 1 { return chunks[0].columns.ids }
    return TextColumn(joining: chunks.map(\.columns.ids))
  }

  /// A sequence's whole text; without one, its tokens joined; empty if there are none either, as
  /// where only its scores are kept.
  public func text(_ index: Int) -> String {
    guard index < count else { return "" }
    let (chunk, index) = locate(index)
    if let texts = chunk.columns.texts, !texts.range(index).isEmpty { return texts[index] }
    return String(decoding: tokenBytes(chunk, index).joined(), as: UTF8.self)
  }

  /// The exact bytes of each of a sequence's tokens; empty if tokens are not known.
  public func tokens(_ index: Int) -> [[UInt8]] {
    guard index < count else { return [] }
    let (chunk, index) = locate(index)
    return tokenBytes(chunk, index)
  }

  /// The number of a sequence's tokens; nil where only its scores are kept.
  public func tokenCount(_ index: Int) -> Int? {
    guard index < count else { return nil }
    let (chunk, index) = locate(index)
    return chunk.tokenRange(index).count
  }

  /// A sequence's `meta` as JSON text; empty if it has none.
  public func meta(_ index: Int) -> String {
    guard index < count else { return "" }
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
