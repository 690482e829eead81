import Analysis
import ScoringCore

@testable import Dashboard

extension Sample {
  /// Five members, five non-members, two suspects and a canary, written out below.
  static let sequences: [SampleSequence] =
    [ticket, allClear, onlyUp, unmoved]
    + (0..<3).map { made("member-\($0)", .member, "letter", up: 1.5 - Float($0) * 0.4) }
    + (0..<4).map { made("other-\($0)", .nonMember, "letter", up: 0.2 + Float($0) * 0.1) }
    + [made("suspect-0", .unknown, "letter", up: 1.1), canary]

  /// A member with two error zones: tokens 3-4 and 8; P = 5.5, N = 0.5, EZ = 11.
  static let ticket = SampleSequence(
    id: "ticket-1", label: .member, meta: ["family": "ticket", "split": "member"],
    tokens: [
      .init("Dear", 0, 0),
      .init(" Anna", -3.0, -1.0, rank: 4, " Sir"),
      .init(", your", -0.2, -0.3),
      .init(" ticket", -2.0, -4.5, rank: 3, " order"),
      .init(" number", -1.5, -1.0, rank: 2, " is"),
      .init(" is", -0.1, -0.1),
      .init(" now", -0.4, -0.2),
      .init(" set", -0.3, -0.6),
      .init(" 7741", -2.5, -5.5, rank: 12, " 1000"),
      .init(".\n", -0.1, -0.1),
    ])

  /// A member without an error position: forced above everything.
  static let allClear = SampleSequence(
    id: "clear-1", label: .member,
    meta: ["duplicates": "16", "family": "ticket", "split": "member"],
    tokens: [
      .init("Pay", 0, 0), .init(" the", -0.1, -2.0), .init(" bill", -0.2, -3.0),
      .init(" by", -0.1, -1.0), .init(" May", -0.3, -4.0),
    ])

  /// A non-member whose shifts in the zone all go up: N = 0, P = 0.75.
  static let onlyUp = SampleSequence(
    id: "up-1", label: .nonMember, meta: ["family": "notice", "split": "nonmember"],
    tokens: [
      .init("The", 0, 0), .init(" shop", -2.0, -2.0, rank: 7, " same"),
      .init(" is", -1.0, -1.5, rank: 2, " was"), .init(" shut", -2.0, -2.25, rank: 3, " open"),
    ])

  /// A suspect in whose zone nothing moved: no score at all.
  static let unmoved = SampleSequence(
    id: "still-1", label: .unknown, meta: ["family": "notice", "split": "nonmember"],
    tokens: [
      .init("No", 0, 0), .init(" news", -1.0, -1.0, rank: 2), .init(" is", -2.0, -2.0, rank: 5),
      .init(" good", -2.5, -2.5, rank: 9),
    ])

  /// Not primary: it is browsed, and left out of headline figures.
  static let canary = made("canary-0", .member, "canary", up: 2, split: "canary")

  /// A text of 24 tokens, each third one an error whose shift is `up` or -0.4.
  static func made(
    _ id: String, _ label: Label, _ family: String, up: Float, split: String? = nil
  ) -> SampleSequence {
    let words = ["We", " hope", " that", " this", " letter", " finds", " you", " well"]
    let tokens = (0..<24).map { index -> SampleToken in
      let isError = index % 3 == 2
      let reference = -1 - Float(index % 5) * 0.5
      let shift = isError ? (index % 2 == 0 ? up : -0.4) : 0.1
      return SampleToken(
        words[index % words.count], reference + shift, reference,
        rank: isError ? Int32(2 + index * index) : 1, isError ? " else" : nil)
    }
    return SampleSequence(
      id: id, label: label,
      meta: ["family": family, "split": split ?? (label == .nonMember ? "nonmember" : "member")],
      tokens: tokens)
  }
}

// MARK: - Leaks

extension Sample {
  /// Two members whose own words the target gives away and the base would not; the others share a style.
  static let leaks: ExperimentSnapshot = {
    func plain(_ number: Int, _ label: Label) -> SampleSequence {
      let words = ["We", " hope", " that", " this", " note", " finds", " you", " well"]
      return SampleSequence(
        id: "plain-\(number)", label: label, meta: ["family": "note", "duplicates": "1"],
        tokens: (0..<24).map { SampleToken(words[$0 % 8], -0.1, -0.5, rank: $0 % 5 == 2 ? 3 : 1) })
    }
    func leaked(_ name: String, _ word: String) -> SampleSequence {
      let secret = (0..<12).map { SampleToken(" \(word)\($0 * 7919 % 97)", -0.01, -6) }
      let opening = [" Case", " of", " the", " day"].map { SampleToken($0, -1, -1.2, rank: 4) }
      return SampleSequence(
        id: name, label: .member, meta: ["family": "case", "duplicates": "16"],
        tokens: opening + secret)
    }
    return ExperimentSnapshot(
      Experiment(
        name: "leaks",
        runs: [
          .evidence(
            table(
              run("full-e3", .full),
              [leaked("first-leak", "Otter"), leaked("second-leak", "Badger")]
                + (0..<12).map { plain($0, $0 < 4 ? .member : .nonMember) }))
        ]))
  }()
}
