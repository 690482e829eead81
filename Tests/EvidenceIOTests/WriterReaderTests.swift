import Basics
import ScoringCore
import Testing
import TestSupport

@testable import EvidenceIO

/// Whatever one writer writes, its reader reads, and it is the same.
@Suite("Every writer's files are read again")
struct WriterReaderTests {
  private static let texts = [
    "plain", "", "=1+1", " -2", "\t@x", "a\u{202E}b", "\u{1B}[2J", "\u{9B}", "two\nlines", "q\"\\",
    "'=x", "x;y,z", "漢字👩‍💻", "\\u{1B}", "\u{FEFF}bom", "\u{2028}", " padded ", "null", "<0xE6>",
  ]

  private static func text(_ random: inout SplitMix64) -> String {
    texts[Int.random(in: 0..<texts.count, using: &random)]
  }

  /// A list of log-probabilities, some of them minus infinity and its stand-ins.
  private static func logprobs(_ count: Int, _ random: inout SplitMix64) -> String {
    let special = ["-Infinity", "-9999.0", "-3.4028234663852886e+38", "0", "-1e-45", "1e-6"]
    let values = (0..<count).map { _ in
      Int.random(in: 0..<8, using: &random) == 0
        ? special[Int.random(in: 0..<special.count, using: &random)]
        : "-\(Float.random(in: 0..<30, using: &random))"
    }
    return "[" + values.joined(separator: ",") + "]"
  }

  /// A record with any subset of the fields.
  private static func record(_ index: Int, _ random: inout SplitMix64) -> String {
    let count = Int.random(in: 1...9, using: &random)
    let positions = count - 1
    var json = JSONText()
    json.raw("{\"id\":")
    json.string("\(text(&random))\(index)")
    func often() -> Bool { Int.random(in: 0..<3, using: &random) > 0 }
    func list(_ count: Int, _ make: () -> Int) -> String {
      "[" + (0..<count).map { _ in String(make()) }.joined(separator: ",") + "]"
    }
    if often() { json.raw(",\"label\":\(Int.random(in: 0...1, using: &random))") }
    if often() {
      json.raw(",\"text\":")
      json.string(text(&random))
    }
    // Tokens by their numbers, so that a number has one text.
    let ids = (0..<count).map { _ in Int.random(in: 0..<texts.count, using: &random) }
    if often() {
      json.raw(",\"token_ids\":[" + ids.map(String.init).joined(separator: ",") + "]")
      if often() {
        json.raw(",\"tokens\":")
        json.list(ids) { $0.string("\(texts[$1])#") }
      }
    }
    json.raw(",\"target\":{\"logprobs\":" + logprobs(positions, &random))
    if often() {
      json.raw(",\"ranks\":" + list(positions) { Int.random(in: 1...60000, using: &random) })
    }
    if often() { json.raw(",\"top1_logprobs\":" + logprobs(positions, &random)) }
    if often() {
      json.raw(",\"logprob_means\":" + logprobs(positions, &random))
      json.raw(",\"logprob_stds\":" + list(positions) { Int.random(in: 0...9, using: &random) })
    }
    json.raw("}")
    if often() { json.raw(",\"reference\":{\"logprobs\":" + logprobs(positions, &random) + "}") }
    if often() {
      json.raw(",\"meta\":{\"family\":")
      json.string(text(&random))
      json.raw(",\"n\":-9223372036854775808}")
    }
    json.raw("}\n")
    return String(decoding: json.bytes, as: UTF8.self)
  }

  @Test("evidence", arguments: 0..<24)
  func evidence(_ seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let text = (0..<Int.random(in: 1...40, using: &random)).map { Self.record($0, &random) }
    var options = IngestOptions(workers: 3)
    options.columnsInMemory = seed % 2 == 0 ? 0 : 1 << 20
    let file = try readJSONL(text.joined(), options: options)
    #expect(file.notes.defects.isEmpty, "\(file.notes.defects.listed)")
    let expected = try lines(file.chunks)
    let folder = try TemporaryFolder()
    for name in ["a.jsonl", "b.jsonl.gz", "c.safetensors"] {
      let path = folder.path + "/" + name
      if name.hasSuffix("safetensors") {
        try SafetensorsWriter.write(file.chunks, run: nil, to: path)
      } else {
        try JSONLWriter.write(file.chunks, to: path)
      }
      let opened = try ExperimentReader.open(path)
      guard case .evidence(let table) = opened.experiment.runs[0] else {
        Issue.record("\(name) is no evidence")
        continue
      }
      #expect(opened.notes.defects.isEmpty)
      #expect(try lines(table.chunks) == expected, "\(name)")
    }
  }

  @Test("scores", arguments: 0..<12)
  func scores(_ seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    let count = Int.random(in: 1...20, using: &random)
    let statuses: [ScoreStatus] = [.ordinary, .forcedNoErrors, .insufficient, .missingEvidence]
    let scores = (0..<count).map { _ -> Score in
      switch statuses[Int.random(in: 0..<statuses.count, using: &random)] {
      case .forcedNoErrors: Score(.forcedNoErrors, .infinity)
      case .insufficient: Score(.insufficient, 0)
      case .missingEvidence: .none(.missingEvidence)
      default: .ordinary(Double.random(in: -1e9...1e9, using: &random))
      }
    }
    let table = ScoreTable(
      run: Run(name: "r" + Self.text(&random)),
      ids: TextColumn((0..<count).map { "\(Self.text(&random))\($0)" }),
      labels: (0..<count).map { _ in
        [.member, .nonMember, .unknown].randomElement(using: &random) ?? .member
      },
      columns: [
        ScoreColumn(
          attack: "loss", values: scores.map(\.value), statuses: scores.map(\.status))
      ])
    let folder = try TemporaryFolder()
    for name in ["a.csv", "b.csv.gz", "c.jsonl", "d.jsonl.gz"] {
      let path = folder.path + "/" + name
      if name.contains("csv") {
        try ScoresCSVWriter.write([table], to: path)
      } else {
        try ScoresJSONLWriter.write([table], to: path)
      }
      guard case .scores(let back) = try ExperimentReader.open(path).experiment.runs[0] else {
        Issue.record("\(name) holds no scores")
        continue
      }
      #expect(back.run.name == table.run.name && back.labels == table.labels, "\(name)")
      #expect((0..<count).allSatisfy { back.ids[$0] == table.ids[$0] }, "\(name)")
      let column = try #require(back.column("loss"))
      for row in 0..<count {
        #expect(column[row].status.isDefined == table.columns[0][row].status.isDefined)
        guard column[row].status.isDefined else { continue }
        let values = (ScoreNames.value(column[row]), ScoreNames.value(table.columns[0][row]))
        #expect(values.0 == values.1, "\(name) row \(row)")
      }
    }
  }
}
