import Analysis
import ScoringCore

@testable import Dashboard

/// A sequence written by hand: its tokens with what two models said about each.
struct SampleSequence {
  var id: String
  var label: Label
  var meta: [String: String] = [:]
  var tokens: [SampleToken]
}

/// A token: its text, log-probability under target and reference, rank and the target's own choice.
///
/// What is said of a sequence's first token is not used: nothing predicts it.
struct SampleToken {
  var bytes: [UInt8]
  var target: Float
  var reference: Float
  var rank: Int32
  var choice: String?

  init(
    _ text: String, _ target: Float, _ reference: Float, rank: Int32 = 1, _ choice: String? = nil
  ) {
    self.init(bytes: Array(text.utf8), target, reference, rank: rank, choice)
  }

  init(
    bytes: [UInt8], _ target: Float, _ reference: Float, rank: Int32 = 1, _ choice: String? = nil
  ) {
    self.bytes = bytes
    self.target = target
    self.reference = reference
    self.rank = rank
    self.choice = choice
  }
}

/// Which columns a table is made with.
struct SampleColumns: OptionSet {
  let rawValue: Int
  static let texts = SampleColumns(rawValue: 1)
  static let tokens = SampleColumns(rawValue: 2)
  static let ranks = SampleColumns(rawValue: 4)
  static let choices = SampleColumns(rawValue: 8)
  static let reference = SampleColumns(rawValue: 16)
  static let all: SampleColumns = [.texts, .tokens, .ranks, .choices, .reference]
}

/// Small experiments, made in memory.
enum Sample {
  /// Thirteen sequences under two runs, full-e3 and lora-e3; everything about them is known.
  static let experiment = ExperimentSnapshot(
    Experiment(
      name: "Invented letters", summary: "thirteen texts",
      primary: [.init(key: "split", values: ["member", "nonmember"])],
      runs: [
        .evidence(table(run("full-e3", .full), sequences)),
        .evidence(table(run("lora-e3", .lora), sequences, keeping: 0.4)),
      ]))

  static let analyses = analyses(of: experiment)

  static func run(_ name: String, _ method: FineTuningMethod) -> Run {
    var run = Run(name: name)
    run.method = method
    run.model = "base-main"
    run.reference = "base-main"
    run.parameters = 2_400_384
    run.trainableParameters = method == .lora ? 98_304 : 2_400_384
    run.epoch = 3
    run.validationLoss = 1.275
    run.referenceValidationLoss = 1.320
    return run
  }

  static func analyses(of experiment: ExperimentSnapshot) -> [RunAnalysis] {
    var options = EvaluationOptions()
    options.replicates = 50
    return experiment.runs.compactMap { source in
      let metadata =
        if case .evidence(let table) = source { metadata(of: table) } else { Metadata(columns: []) }
      return RunAnalysis.make(
        source, metadata: metadata, primary: experiment.primary, options: options)
    }
  }

  /// A table of evidence; `keeping` scales every shift, as a weaker fine-tuning would.
  static func table(
    _ run: Run, _ sequences: [SampleSequence], keeping share: Float = 1,
    columns kinds: SampleColumns = .all
  ) -> EvidenceTable {
    var words: [[UInt8]: Int32] = [:]
    var spellings: [[UInt8]] = []
    func id(_ bytes: [UInt8]) -> Int32 {
      if let known = words[bytes] { return known }
      words[bytes] = Int32(spellings.count)
      spellings.append(bytes)
      return Int32(spellings.count - 1)
    }
    var columns = EvidenceChunk.Columns(ids: TextColumn(sequences.map(\.id)))
    columns.labels = Column(sequences.map(\.label.rawValue))
    columns.metas = TextColumn(sequences.map { json($0.meta) })
    if kinds.contains(.texts) {
      columns.texts = TextColumn(
        sequences.map { String(decoding: $0.tokens.flatMap(\.bytes), as: UTF8.self) })
    }
    var offsets: [Int64] = [0]
    for sequence in sequences {
      offsets.append(offsets[offsets.count - 1] + Int64(sequence.tokens.count))
    }
    columns.tokenOffsets = Column(offsets)
    let scored = sequences.flatMap { $0.tokens.dropFirst() }
    columns.target.logprobs = Column(
      scored.map { min(0, $0.reference + share * ($0.target - $0.reference)) })
    if kinds.contains(.ranks) { columns.target.ranks = Column(scored.map(\.rank)) }
    if kinds.contains(.reference) { columns.reference.logprobs = Column(scored.map(\.reference)) }
    if kinds.contains(.tokens) {
      columns.tokenIDs = Column(sequences.flatMap { $0.tokens.map { id($0.bytes) } })
      if kinds.contains(.choices) {
        columns.target.top1IDs = Column(
          scored.map { token in token.choice.map { id(Array($0.utf8)) } ?? id(token.bytes) })
      }
      columns.vocabulary = vocabulary(spellings)
    }
    guard let chunk = try? EvidenceChunk(columns) else {
      preconditionFailure("the sample's columns do not fit each other")
    }
    return EvidenceTable(run: run, chunks: [chunk])
  }

  private static func vocabulary(_ spellings: [[UInt8]]) -> Vocabulary? {
    var offsets: [Int64] = [0]
    for bytes in spellings { offsets.append(offsets[offsets.count - 1] + Int64(bytes.count)) }
    let texts = TextColumn(bytes: Column(spellings.flatMap { $0 }), offsets: Column(offsets))
    return texts.flatMap {
      Vocabulary(ids: Column((0..<Int32(spellings.count)).map { $0 }), texts: $0)
    }
  }

  private static func json(_ meta: [String: String]) -> String {
    let pairs = meta.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
    return "{" + pairs.joined(separator: ",") + "}"
  }

  /// The `meta` of the sample's sequences, whose JSON is as simple as `json` writes it.
  static func metadata(of table: EvidenceTable) -> Metadata {
    var keys: [String] = []
    var rows: [[String: String]] = []
    for row in 0..<table.count {
      var values: [String: String] = [:]
      for pair in table.meta(row).dropFirst().dropLast().split(separator: ",") {
        let parts = pair.split(separator: "\"")
        guard parts.count == 3 else { continue }
        let key = String(parts[0])
        if !keys.contains(key) { keys.append(key) }
        values[key] = String(parts[2])
      }
      rows.append(values)
    }
    return Metadata(
      columns: keys.map { key in
        var values: [String] = []
        let codes = rows.map { row -> Int32 in
          guard let value = row[key] else { return -1 }
          if !values.contains(value) { values.append(value) }
          return Int32(values.firstIndex(of: value) ?? -1)
        }
        return Metadata.Column(key: key, values: values, codes: codes)
      })
  }
}
