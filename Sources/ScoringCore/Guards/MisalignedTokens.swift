import Basics

/// Whether target, reference and text speak of the same tokens.
///
/// Two models that saw the same tokens find the same ones hard: their log-probabilities rise and
/// fall together. Where they agree better with a neighbour's, one file is a position off; where
/// they do not agree at all, another tokenizer or another text was used.
public struct MisalignedTokens: Hashable, Sendable {
  /// The correlation of log-probabilities below which two models did not see the same tokens.
  public static let threshold = 0.2
  /// The fewest pairs of log-probabilities that tell anything.
  public static let fewest = 200
  /// The share of texts that may differ from what their tokens spell.
  public static let share = 0.01

  /// The correlation of target and reference at the same position, if known.
  public let correlation: Double?
  /// The neighbouring position with a higher correlation, if there is one.
  public let betterLag: Int?
  /// Sequences whose tokens were compared with their texts.
  public let spelled: Int
  /// Sequences whose tokens spell something other than their text.
  public let different: Int

  /// Judges correlations and spellings; nil where the evidence has neither.
  public init?(_ correlations: LagCorrelation?, spelled: Int, different: Int) {
    let isEnough = (correlations?.count ?? 0) >= Self.fewest
    let correlation = isEnough ? correlations?[0] : nil
    guard correlation != nil || spelled > 0 else { return nil }
    self.correlation = correlation
    let other = isEnough ? correlations?.bestOther : nil
    betterLag = other.flatMap { $0.value > max(Self.threshold, correlation ?? 0) ? $0.lag : nil }
    self.spelled = spelled
    self.different = different
  }

  private var isUnlike: Bool { correlation.map { $0 < Self.threshold } ?? false }
  private var isMisspelled: Bool { Double(different) > Self.share * Double(spelled) }

  /// What was found, in words.
  public var finding: GuardFinding {
    var figures: [GuardFinding.Figure] = []
    if let correlation { figures.append(.init("correlation", correlation)) }
    if let betterLag { figures.append(.init("better_lag", betterLag)) }
    figures += [.init("texts", spelled), .init("texts_spelled_differently", different)]
    let problem = problem
    return GuardFinding(
      .misalignedTokens, problem == nil ? .passed : .tripped, figures: figures,
      sentence: problem?.sentence ?? passed, summary: problem?.summary ?? "")
  }

  private var passed: String {
    var parts: [String] = []
    if let correlation {
      parts.append(
        "target and reference find the same tokens hard (correlation "
          + "\(NumberFormat.fixed(correlation, 2)))")
    }
    if spelled > 0 { parts.append("the tokens spell the texts") }
    let text = parts.joined(separator: ", and ")
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  private var problem: (sentence: String, summary: String)? {
    let found = correlation.map { NumberFormat.fixed($0, 2) } ?? "none"
    if let betterLag {
      let places = NumberFormat.counted(Int(betterLag.magnitude), "position")
      return (
        "The reference's log-probabilities fit the target's best \(places) "
          + "\(betterLag > 0 ? "later" : "earlier") (correlation \(found) in place): one file is "
          + "shifted, so every shift compares two tokens. Export both with the same first position.",
        "target and reference are \(places) apart"
      )
    }
    if isUnlike {
      return (
        "Target and reference do not find the same tokens hard (correlation \(found)): they were "
          + "run with different tokenizers or on different texts, so their shifts mean nothing. "
          + "Export both from the same token ids.",
        "target and reference do not agree on tokens"
      )
    }
    guard isMisspelled else { return nil }
    return (
      "The tokens of \(NumberFormat.count(different)) of \(NumberFormat.count(spelled)) sequences spell "
        + "something other than their text: another tokenizer's vocabulary, or a text changed "
        + "before tokenizing. What is shown and what uses the text is not what the models saw. "
        + "Export texts, token ids and vocabulary together.",
      "tokens do not spell the texts"
    )
  }
}
