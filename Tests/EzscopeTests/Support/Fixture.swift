import Foundation

/// Small evidence, the same in every run.
enum Fixture {
  /// The experiment that ships with the program.
  static var sampleData: String {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    return folder.appendingPathComponent("../../../SampleData").standardizedFileURL.path
  }

  /// Two records by hand: P = 1.5 and N = 0.5 at positions 1 to 3 of `m`, nothing lost in `n`.
  static let byHand = """
    {"id":"m","label":1,"target":{"logprobs":[-9,-1,-2,-1],"ranks":[2,2,3,2]},\
    "reference":{"logprobs":[-1,-2,-1.5,-1.5]}}
    {"id":"n","label":0,"target":{"logprobs":[-9,-1,-2,-1],"ranks":[2,2,2,1]},\
    "reference":{"logprobs":[-1,-1.5,-2.25,-1]}}

    """

  /// Lines of evidence of alternating members and non-members; members' logprobs are higher.
  static func evidence(_ count: Int, seed: UInt64 = 1, shift: Double = 0.4) -> [String] {
    var state = seed
    func random() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 40) / Double(1 << 24)
    }
    return (0..<count).map { index in
      let isMember = index % 2 == 0
      let reference = (0..<12).map { _ in -0.05 - 4 * random() }
      let target = reference.map { min(-0.01, $0 + (isMember ? shift : 0) + random() - 0.5) }
      let ranks = target.map { _ in 1 + Int(3 * random()) }
      return "{\"id\":\"s\(index)\",\"label\":\(isMember ? 1 : 0),\"text\":\"text \(index)\","
        + "\"target\":{\"logprobs\":\(list(target)),\"ranks\":\(ranks)},"
        + "\"reference\":{\"logprobs\":\(list(reference))}}"
    }
  }

  private static func list(_ values: [Double]) -> String {
    "[" + values.map { String(Float($0)) }.joined(separator: ",") + "]"
  }

  /// The reference figures of the sample data's runs over a population, by run and attack.
  static func sampleFigures(_ population: String) throws -> [String: [String: Any]] {
    let known = try object(String(contentsOfFile: sampleData + "/figures.json", encoding: .utf8))
    let runs = known["runs"] as? [String: [String: Any]] ?? [:]
    return runs.compactMapValues { $0[population] as? [String: Any] }
  }

  /// How many pairs of run and attack there are; counts of sequences are no attacks.
  static func attackCount(_ figures: [String: [String: Any]]) -> Int {
    figures.values.reduce(0) { $0 + $1.values.count { $0 is [String: Any] } }
  }

  /// A JSON document as a dictionary.
  static func object(_ text: String) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
  }
  /// A text without its line breaks and indents: where it is wrapped depends on its width.
  static func unwrapped(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
