import Analysis
import Basics
import ScoringCore
import TerminalUI

/// What runs can be sorted by, in the order `s` steps through.
package enum RunSort: String, CaseIterable, Sendable {
  case group, area, rate, change, epoch, name

  package var title: String {
    switch self {
    case .group: "family"
    case .area: "AUC"
    case .rate: "TPR@1%"
    case .change: "loss change"
    case .epoch: "epoch"
    case .name: "name"
    }
  }

  /// The direction a reader wants first.
  var natural: TableColumn.Sort {
    switch self {
    case .area, .rate: .descending
    case .group, .change, .epoch, .name: .ascending
    }
  }
}

/// The runs listed: those that pass the filter, in families under headings or sorted.
package struct RunList: Sendable {
  package enum Row: Hashable, Sendable {
    /// A family's name; where it is folded with what is in it.
    case heading(String, folded: String?)
    case run(Int)
  }

  /// A family and the runs of it that pass the filter.
  struct Group: Sendable {
    let title: String
    var runs: [Int]
  }

  package let rows: [Row]
  /// The families, where runs are listed by them.
  let groups: [Group]

  init(_ state: AppState) {
    guard let experiment = state.experiment else {
      (rows, groups) = ([], [])
      return
    }
    let words = state.runs.filter.lowercased().split(separator: " ").map(String.init)
    let kept = experiment.runs.indices.filter { run in
      words.allSatisfy { RunProperties(run, state).matches($0) }
    }
    guard state.runs.sort != .group else {
      let groups = Self.groups(experiment, kept)
      self.groups = groups
      rows = groups.flatMap { group -> [Row] in
        guard !state.runs.folded.contains(group.title) else {
          return [.heading(group.title, folded: Self.summary(group, state))]
        }
        return (group.title.isEmpty ? [] : [.heading(group.title, folded: nil)])
          + group.runs.map { .run($0) }
      }
      return
    }
    groups = []
    let keyed = kept.map { (run: $0, key: RunProperties($0, state).key(state.runs.sort)) }
    let isAscending = state.runs.direction == .ascending
    rows = keyed.sorted { left, right in
      switch (left.key, right.key) {
      // Whatever has no value comes last in either direction.
      case (nil, nil): left.run < right.run
      case (nil, _): false
      case (_, nil): true
      case (let one?, let two?):
        one == two ? left.run < right.run : isAscending ? one < two : one > two
      }
    }.map { .run($0.run) }
  }

  private static func groups(_ experiment: ExperimentSnapshot, _ kept: [Int]) -> [Group] {
    var groups: [Group] = []
    for row in RunGroups(experiment).rows {
      switch row {
      case .heading(let title): groups.append(Group(title: title, runs: []))
      case .run(let run):
        if groups.isEmpty { groups.append(Group(title: "", runs: [])) }
        if kept.contains(run) { groups[groups.count - 1].runs.append(run) }
      }
    }
    return groups.filter { !$0.runs.isEmpty }
  }

  /// `9 runs, AUC 0.504 to 0.564`.
  private static func summary(_ group: Group, _ state: AppState) -> String {
    let areas = group.runs.compactMap { state.evaluation(ofRun: $0)?.auc?.auc }
    let count = NumberFormat.counted(group.runs.count, "run")
    guard let least = areas.min(), let most = areas.max() else { return count }
    return "\(count), AUC \(NumberFormat.fixed(least, 3)) to \(NumberFormat.fixed(most, 3))"
  }

  package func row(of run: Int) -> Int? { rows.firstIndex(of: .run(run)) }

  package func run(at row: Int) -> Int? {
    guard rows.indices.contains(row), case .run(let run) = rows[row] else { return nil }
    return run
  }

  package func isRun(_ row: Int) -> Bool { run(at: row) != nil }
  package var runs: [Int] { rows.indices.compactMap(run(at:)) }
}

/// What is known of a run, for sorting and filtering.
struct RunProperties {
  private let run: Run
  private let evaluation: AttackEvaluation?

  init(_ index: Int, _ state: AppState) {
    run = state.experiment?.run(index) ?? Run(name: "")
    evaluation = state.analyses[index].flatMap { analysis in
      state.shownAttack(in: analysis).map { analysis.attacks[$0].evaluation }
    }
  }

  /// How far the validation loss lies from the reference's.
  var change: Double? {
    guard let loss = run.validationLoss, let base = run.referenceValidationLoss else { return nil }
    return loss - base
  }

  private var rate: Double? {
    evaluation?.points.first { $0.point.fpr == 0.01 }?.point.tpr
  }

  /// A number or text to sort by.
  func key(_ sort: RunSort) -> SortKey? {
    switch sort {
    case .group: nil
    case .area: (evaluation?.auc?.auc).map { .number($0) }
    case .rate: rate.map { .number($0) }
    case .change: change.map { .number($0) }
    case .epoch: run.epoch.map { .number($0) }
    case .name: .text(run.name)
    }
  }

  enum SortKey: Comparable {
    case number(Double)
    case text(String)
  }

  /// Whether a word of the filter holds: a part of name, method, family or model, or `auc>0.7`.
  func matches(_ word: String) -> Bool {
    if let sign = word.firstIndex(where: { "<>=".contains($0) }) {
      let name = word[..<sign]
      let isOrEqual = word[word.index(after: sign)...].first == "="
      let text = word[sign...].drop { "<>=".contains($0) }
      guard let limit = Double(text) else {
        return "=" == word[sign] && texts(name).contains { $0 == text }
      }
      guard let value = number(name) else { return false }
      switch word[sign] {
      case "<": return isOrEqual ? value <= limit : value < limit
      case ">": return isOrEqual ? value >= limit : value > limit
      default: return value == limit
      }
    }
    return texts("").contains { $0.contains(word) }
  }

  /// The names a filter may compare.
  static let numbers = ["auc", "tpr", "epoch", "loss", "change", "seed", "n"]

  private func number(_ name: Substring) -> Double? {
    switch name {
    case "auc": evaluation?.auc?.auc
    case "tpr": rate
    case "epoch": run.epoch
    case "loss": run.validationLoss
    case "change": change
    case "seed": run.seed.map { Double($0) }
    case "n": evaluation.map { Double($0.members + $0.nonMembers) }
    default: nil
    }
  }

  private func texts(_ name: Substring) -> [String] {
    let all: [(String, String?)] = [
      ("run", run.name), ("method", run.method?.rawValue), ("family", run.method?.family.rawValue),
      ("model", run.model), ("reference", run.reference),
    ]
    return all.filter { name.isEmpty || $0.0 == name }.compactMap { $0.1?.lowercased() }
  }

  /// What a filter word cannot mean; nil if it means something.
  static func problem(_ text: String) -> String? {
    for word in text.lowercased().split(separator: " ") {
      guard let sign = word.firstIndex(where: { "<>=".contains($0) }) else { continue }
      let name = String(word[..<sign])
      let known = numbers + ["run", "method", "family", "model", "reference"]
      guard known.contains(name) else {
        let near = nearestWord(to: name, in: known)
        return near.map { "no '\(name)': did you mean '\($0)'?" }
          ?? "no '\(name)': there is \(known.joined(separator: " "))"
      }
      let value = word[sign...].drop { "<>=".contains($0) }
      if numbers.contains(name), Double(value) == nil { return "\(name) compares with a number" }
    }
    return nil
  }
}
