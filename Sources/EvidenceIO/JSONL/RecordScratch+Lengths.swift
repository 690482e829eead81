extension RecordScratch {
  /// The number of tokens, after checking that every list has the length it must have.
  ///
  /// 0 means that the record knows nothing of tokens.
  func checkedTokenCount() throws(RecordError) -> Int {
    if let count = fittingTokenCount { return count }
    let perToken = [("token_ids", tokenIDs?.count), ("tokens", tokens?.count)]
    let perPosition =
      columnCounts("target", target) + columnCounts("reference", reference)
      + [("scored", scored?.count)]
    guard let (source, count) = Self.first(perToken) ?? Self.first(perPosition, plus: 1) else {
      guard exact == nil else { throw Self.wrong("token_bytes", 0, "tokens", "missing") }
      return 0
    }
    guard count > 0 else {
      throw RecordError(
        field: source,
        failure: JSONError(
          problem: "an empty list", kind: .length, remedy: "leave out sequences without tokens"))
    }
    for case (let name, let length?) in perToken where length != count {
      throw Self.wrong(name, length, source, "\(count), so \(count) are needed")
    }
    for case (let name, let length?) in perPosition where length != count - 1 {
      throw Self.wrong(
        name, length, source,
        source.contains(".") || source == "scored"
          ? "\(count - 1)" : "\(count), so \(count - 1) are needed: token 0 is never predicted")
    }
    if let exact, exact.given.count != tokens?.count ?? -1 {
      throw Self.wrong("token_bytes", exact.given.count, "tokens", "\(tokens?.count ?? 0)")
    }
    return count
  }

  /// The number of tokens if all lists fit it, as almost always; making their names would cost as
  /// much as reading the record.
  private var fittingTokenCount: Int? {
    let positions = (target.logprobs ?? reference.logprobs)?.count
    guard let count = tokenIDs?.count ?? tokens?.count ?? positions.map({ $0 + 1 }), count > 0,
      Self.fits(tokenIDs?.count, count), Self.fits(tokens?.count, count),
      Self.fits(scored?.count, count - 1), target.fits(count - 1), reference.fits(count - 1)
    else { return nil }
    if let exact, exact.given.count != tokens?.count { return nil }
    return count
  }

  /// Whether a list, if there is one, has this length.
  @inline(__always) fileprivate static func fits(_ length: Int?, _ count: Int) -> Bool {
    length == nil || length == count
  }

  /// Only an id can stand for a token whose text is null; the first token may lack both.
  func checkUnknownTexts() throws(RecordError) {
    if tokenIDs == nil, let place = unknownTexts.first(where: { $0 > 0 }) {
      throw RecordError(
        "tokens", .missing, "token \(place) is null, and there are no token_ids",
        "give its text, or the ids of all tokens")
    }
    for (name, model) in [("target", target), ("reference", reference)]
    where model.top1IDs == nil && !model.unknownChoices.isEmpty {
      throw RecordError(
        "\(name).top1_tokens", .missing, "some are null, and there are no top1_ids",
        "give the texts or the ids of all first choices")
    }
  }

  private func columnCounts(_ name: String, _ model: Model) -> [(String, Int?)] {
    [
      (name + ".logprobs", model.logprobs?.count), (name + ".ranks", model.ranks?.count),
      (name + ".top1_ids", model.top1IDs?.count),
      (name + ".top1_tokens", model.top1Tokens?.count),
      (name + ".top1_logprobs", model.top1Logprobs?.count),
      (name + ".logprob_means", model.means?.count), (name + ".logprob_stds", model.stds?.count),
    ]
  }

  private static func first(_ lists: [(String, Int?)], plus: Int = 0) -> (String, Int)? {
    for case (let name, let count?) in lists { return (name, count + plus) }
    return nil
  }

  private static func wrong(
    _ field: String, _ count: Int, _ other: String, _ expectation: String
  ) -> RecordError {
    RecordError(
      field: field,
      failure: JSONError(
        problem: "has \(count) entries where \(other) has \(expectation)", kind: .length,
        remedy: "write all lists of a record from the same tokens"))
  }
}

extension RecordScratch.Model {
  /// Whether every list there is has this length.
  fileprivate func fits(_ count: Int) -> Bool {
    RecordScratch.fits(logprobs?.count, count) && RecordScratch.fits(ranks?.count, count)
      && RecordScratch.fits(top1IDs?.count, count) && RecordScratch.fits(top1Tokens?.count, count)
      && RecordScratch.fits(top1Logprobs?.count, count) && RecordScratch.fits(means?.count, count)
      && RecordScratch.fits(stds?.count, count)
  }
}
