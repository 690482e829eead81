import Basics

/// Whether the members that figures are over had been trained on when a run was saved.
///
/// A checkpoint within the first epoch has not seen all its members. To the model those are
/// non-members: every attack scores them at chance, and they pull each figure down.
public struct UnseenMembers: Hashable, Sendable {
  /// The run.
  public let run: Run
  /// How many members figures are over.
  public let memberCount: Int
  /// How many of them had not been trained on; nil where nothing tells.
  public let unseenCount: Int?
  /// Whether the run ended within its first epoch; nil where nothing tells.
  public let isWithinFirstEpoch: Bool?

  /// Looks at a run's members.
  ///
  /// - Parameters:
  ///   - run: the run.
  ///   - labels: the label of each sequence.
  ///   - isIncluded: which sequences figures are over.
  ///   - isSeen: which sequences the run had been trained on; nil where nothing tells.
  public init(_ run: Run, labels: [Label], isIncluded: [Bool], isSeen: [Bool]?) {
    self.run = run
    let members = labels.indices.filter { labels[$0] == .member && isIncluded[$0] }
    memberCount = members.count
    unseenCount = isSeen.map { seen in members.count { !seen[$0] } }
    isWithinFirstEpoch = run.isWithinFirstEpoch(memberCount: labels.count { $0 == .member })
  }

  /// Whether figures over these members are void.
  public var isVoid: Bool {
    guard run.method?.family != .control else { return false }
    return unseenCount.map { $0 > 0 } ?? (isWithinFirstEpoch == true && memberCount > 0)
  }

  /// Why this run must not be compared with others, as a clause; nil if it may.
  public var refusal: String? {
    guard isVoid else { return nil }
    return unseenCount.map {
      "\(NumberFormat.count($0)) of its \(NumberFormat.count(memberCount)) members had not been "
        + "trained on when it was saved"
    }
      ?? "it was saved after \(trained), before all its members had been trained on, and nothing "
      + "tells which had: name a seen file in experiment.toml"
  }

  /// What was found, in words.
  public var finding: GuardFinding {
    guard run.method?.family != .control else {
      return passed("\(run.name) is a control: it was meant to see none of these members.")
    }
    if isVoid { return tripped }
    switch (unseenCount, isWithinFirstEpoch) {
    case (_?, true):
      return passed(
        "\(run.name) was saved after \(trained); the \(NumberFormat.count(memberCount)) members "
          + "counted are those it had been trained on. They were seen lately, which helps every "
          + "attack: compare with members of other runs that were seen as lately.")
    case (_?, _): return passed("\(run.name) had been trained on every member.")
    case (nil, false?):
      return passed("\(run.name) was saved after \(trained): every member had been trained on.")
    case (nil, _):
      return .notChecked(
        .unseenMembers,
        because: memberCount == 0
          ? "there are no members" : "neither its epoch nor its steps and batch are known")
    }
  }

  /// What makes a comparison with another run doubtful: members of one were all seen lately.
  ///
  /// - Returns: nil unless exactly one of the two ended within its first epoch.
  public func comparison(with other: UnseenMembers) -> GuardFinding? {
    let isEarly = (isWithinFirstEpoch == true, other.isWithinFirstEpoch == true)
    guard isEarly.0 != isEarly.1 else { return nil }
    let (early, late) = isEarly.0 ? (self, other) : (other, self)
    return GuardFinding(
      .unseenMembers, .tripped,
      sentence: "\(early.run.name) was saved after \(early.trained), so its members were all seen "
        + "lately, those of \(late.run.name) up to an epoch ago. What was seen lately is told best, "
        + "whatever the method. Compare with members of \(late.run.name) that were seen as lately "
        + "(--by seen_quarter), or checkpoints at whole epochs.",
      summary: "the members of \(early.run.name) were seen more lately")
  }

  /// `0.5 epochs`, or `100 steps of 16`.
  private var trained: String {
    if let epoch = run.epoch {
      return "\(NumberFormat.plain(epoch)) \(epoch == 1 ? "epoch" : "epochs")"
    }
    guard let steps = run.steps, let batch = run.batch else { return "part of an epoch" }
    return "\(NumberFormat.count(steps)) steps of \(NumberFormat.count(batch))"
  }

  private var figures: [GuardFinding.Figure] {
    [
      run.epoch.map { .init("epoch", $0) }, .init("members", memberCount),
      unseenCount.map { .init("unseen", $0) },
    ].compactMap { $0 }
  }

  private func passed(_ sentence: String) -> GuardFinding {
    GuardFinding(.unseenMembers, .passed, figures: figures, sentence: sentence, summary: "")
  }

  private var tripped: GuardFinding {
    let count = NumberFormat.count(memberCount)
    guard let unseenCount else {
      return GuardFinding(
        .unseenMembers, .tripped, figures: figures,
        sentence:
          "\(run.name) was saved after \(trained): some of its \(count) members had not been "
          + "trained on, and to it they are non-members. Every figure over them is void. Say which "
          + "it had seen, in meta.seen or in a seen file of the run, or take a checkpoint at a "
          + "whole epoch.",
        summary: "saved after \(trained): members it had not seen make its figures void")
    }
    let unseen = NumberFormat.count(unseenCount)
    return GuardFinding(
      .unseenMembers, .tripped, figures: figures,
      sentence:
        "\(unseen) of \(count) members had not been trained on when \(run.name) was saved: to "
        + "it they are non-members. Every figure over them is void. Count those it had seen "
        + "(--population primary), or take a checkpoint at a whole epoch.",
      summary: "\(unseen) of \(count) members had not been trained on: its figures are void")
  }
}
