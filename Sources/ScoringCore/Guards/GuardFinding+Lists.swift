extension [GuardFinding] {
  /// Findings that speak against the figures.
  public var tripped: [GuardFinding] { filter(\.isTripped) }

  /// What was looked at without finding anything, as one sentence; nil if nothing was.
  public var passedSentence: String? {
    let titles = titles { $0.outcome == .passed }
    return titles.isEmpty ? nil : "Checked, with nothing found: \(titles.joined(separator: ", "))."
  }

  /// What could not be looked at, a sentence for each reason.
  public var notCheckedSentences: [String] {
    let missing = filter { $0.outcome == .notChecked }
    var reasons: [String] = []
    for finding in missing where !reasons.contains(finding.summary) {
      reasons.append(finding.summary)
    }
    return reasons.map { reason in
      let titles = missing.titles { $0.summary == reason }
      return "Not checked, because \(reason): \(titles.joined(separator: ", "))."
    }
  }

  /// Every finding in as few sentences as possible: all that speaks against the figures, then what
  /// was looked at, then what was not.
  public var sentences: [String] {
    tripped.map(\.sentence) + [passedSentence].compactMap { $0 } + notCheckedSentences
  }

  private func titles(_ isListed: (GuardFinding) -> Bool) -> [String] {
    var titles: [String] = []
    for finding in self where isListed(finding) {
      let isOfSuspects = finding.groups == .suspects
      let title = finding.kind.title + (isOfSuspects ? " of suspects" : "")
      if !titles.contains(title) { titles.append(title) }
    }
    return titles
  }
}
