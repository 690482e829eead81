import EvidenceIO
import Foundation
import ScoringCore

/// Evidence made up for measuring.
enum SyntheticEvidence {
  /// Hands on a file of labelled sequences of 128 tokens, and how many it holds in words: `100 k`.
  ///
  /// It lies in a temporary folder that is gone afterwards.
  static func withFile(
    sequences: Int, _ body: (_ path: String, _ name: String) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/ezscope-bench-\(getpid())"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = folder + "/synthetic.safetensors"
    let table = try table(sequences: sequences, positions: 127, isLabelled: true)
    try SafetensorsWriter.write(table.chunks, run: table.run, to: path)
    let name = sequences >= 1_000_000 ? "\(sequences / 1_000_000) M" : "\(sequences / 1000) k"
    try body(path, name)
  }

  /// Log-probabilities and ranks roughly as real ones fall: half of all tokens are first choices.
  ///
  /// - Parameters:
  ///   - sequences: how many.
  ///   - positions: predicted positions of each.
  ///   - isLabelled: whether every other one is a member.
  ///   - leaking: of each so many sequences one has a span of 24 tokens that leaks; none with 0.
  static func table(
    sequences: Int, positions: Int, isLabelled: Bool = false, leaking: Int = 0
  ) throws -> EvidenceTable {
    let count = sequences * positions
    var state: UInt64 = 1
    func next() -> Float {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Float(state >> 40) / Float(1 << 24)
    }
    var target: [Float] = []
    var reference: [Float] = []
    var ranks: [Int32] = []
    var means: [Float] = []
    for place in 0..<count {
      let (left, right) = (next(), next())
      let (row, position) = place.quotientAndRemainder(dividingBy: positions)
      if leaking > 0, row % leaking == 0, (40..<64).contains(position) {
        target.append(-0.05)
        reference.append(-4 * right)
        ranks.append(1)
        means.append(-4 * right)
        continue
      }
      target.append(-8 * left * left * left)
      reference.append(-8 * left * left * left * (0.5 + right))
      ranks.append(left < 0.5 ? 1 : 2 + Int32(20 * left))
      means.append(-4 * right)
    }
    var columns = EvidenceChunk.Columns(
      ids: TextColumn((0..<sequences).map { "sequence-\($0)" }))
    if isLabelled {
      let kinds: [Label] = [.member, .nonMember]
      columns.labels = Column((0..<sequences).map { kinds[$0 % 2].rawValue })
    }
    columns.tokenOffsets = Column((0...sequences).map { Int64($0 * (positions + 1)) })
    // Tokens as frequent as words are: few that many have, many that few have.
    columns.tokenIDs = Column(
      (0..<sequences * (positions + 1)).map { _ in
        let share = next()
        return Int32(50_000 * share * share * share)
      })
    columns.target.logprobs = Column(target)
    columns.target.ranks = Column(ranks)
    columns.target.logprobMeans = Column(means)
    columns.target.logprobStds = Column(means.map { 1 - $0 / 4 })
    columns.reference.logprobs = Column(reference)
    return EvidenceTable(run: Run(name: "synthetic"), chunks: [try EvidenceChunk(columns)])
  }
}
