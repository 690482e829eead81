import Basics
import ScoringCore

/// The leaks of two runs side by side, sequence by sequence; never changes.
package final class LeakComparison: Sendable {
  /// A sequence that leaks under at least one of the runs.
  package struct Entry: Sendable {
    /// Its rows in both runs.
    package let rows: (left: Int, right: Int)
    /// Unknown where the two runs contradict each other.
    package let label: Label
    /// Its cheapest span under each run; nil where it has none.
    package let left: LeakSpan?
    package let right: LeakSpan?

    package var fate: QuadrantCounts.Fate { QuadrantCounts.Fate(left != nil, right != nil) }

    /// The cheaper of both spans, and whether it is the left run's.
    package var cheapest: (span: LeakSpan, isLeft: Bool)? {
      guard let left else { return right.map { ($0, false) } }
      guard let right, right.isCheaper(than: left) else { return (left, true) }
      return (right, false)
    }
  }

  package let left: RunAnalysis
  package let right: RunAnalysis
  /// What counts as a leak.
  package let settings: LeakSettings
  /// Sequences of the left run only, then of the right run only, then of both, the cheapest first.
  package let entries: [Entry]
  /// Under which runs the sequences of each label leak; labels without a sequence are left out.
  package let counts: [(label: Label, counts: QuadrantCounts)]
  /// Why a run has no leaks to compare, a sentence each; then there are no entries.
  package let problems: [String]

  /// Sets two runs' leaks side by side, over the sequences of which both hold tokens.
  package init(
    _ left: (run: RunAnalysis, leaks: Leaks?, problem: String?),
    _ right: (run: RunAnalysis, leaks: Leaks?, problem: String?)
  ) {
    (self.left, self.right) = (left.run, right.run)
    settings = left.leaks?.settings ?? LeakSettings()
    problems = [left, right].compactMap { side in
      side.problem.map { "\(side.run.run.name): \($0)" }
    }
    guard let one = left.leaks, let two = right.leaks else {
      (entries, counts) = ([], [])
      return
    }
    let join = IDJoin(left.run.scores.ids, right.run.scores.ids)
    let labels = JoinedRows(join, left.run, right.run).labels
    let (ofLeft, ofRight) = (one.cheapest, two.cheapest)
    var entries: [Entry] = []
    let known = labels.indices.filter { joined in
      left.run.hasTokens(Int(join.left[joined])) && right.run.hasTokens(Int(join.right[joined]))
    }
    for joined in known {
      let rows = (left: Int(join.left[joined]), right: Int(join.right[joined]))
      let entry = Entry(
        rows: rows, label: labels[joined], left: ofLeft[rows.left], right: ofRight[rows.right])
      if entry.fate != .neither { entries.append(entry) }
    }
    counts = [Label.member, .nonMember, .unknown].compactMap { label in
      let rows = known.filter { labels[$0] == label }
      guard !rows.isEmpty else { return nil }
      return (
        label,
        QuadrantCounts(
          rows.map { ofLeft[Int(join.left[$0])] != nil },
          rows.map { ofRight[Int(join.right[$0])] != nil })
      )
    }
    self.entries = entries.sorted(by: Self.comesBefore)
  }

  /// Finds what is not known yet of two runs and sets it side by side; nil if cancelled.
  package convenience init?(
    _ left: RunAnalysis, _ right: RunAnalysis, isCancelled: @Sendable () -> Bool = { false }
  ) {
    var sides: [(run: RunAnalysis, leaks: Leaks?, problem: String?)] = []
    for run in [left, right] {
      do throws(MissingEvidence) {
        let leaks = try Leaks.find(in: run, isCancelled: isCancelled)
        guard leaks != nil || run.table == nil else { return nil }
        sides.append((run, leaks, leaks == nil ? LeakAnalysis.onlyScores : nil))
      } catch {
        sides.append((run, nil, "\(error.description)."))
      }
    }
    self.init(sides[0], sides[1])
  }

  private static func comesBefore(_ one: Entry, _ two: Entry) -> Bool {
    func rank(_ entry: Entry) -> Int {
      switch entry.fate {
      case .onlyLeft: 0
      case .onlyRight: 1
      case .both, .neither: 2
      }
    }
    guard rank(one) == rank(two), let first = one.cheapest, let second = two.cheapest else {
      return rank(one) < rank(two)
    }
    return first.span.isCheaper(than: second.span)
  }

  /// How many sequences have a fate, of all labels.
  package func count(_ fate: QuadrantCounts.Fate) -> Int {
    entries.count { $0.fate == fate }
  }
}

extension Leaks {
  /// The cheapest span of each sequence that has one.
  fileprivate var cheapest: [Int: LeakSpan] {
    // Spans are in order of cost.
    spans.reduce(into: [:]) { if $0[$1.sequence] == nil { $0[$1.sequence] = $1 } }
  }
}
