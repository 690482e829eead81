import ScoringCore

/// Runs in the order they are listed: by method family, each family under a heading.
package struct RunGroups: Sendable {
  package enum Row: Hashable, Sendable {
    case heading(String)
    case run(Int)
  }

  package let rows: [Row]

  package init(_ experiment: ExperimentSnapshot) {
    let families: [MethodFamily?] = [.parameterBased, .promptBased, .control, nil]
    rows = families.flatMap { family -> [Row] in
      let runs = experiment.runs.indices.filter { experiment.run($0).method?.family == family }
      return runs.isEmpty ? [] : [.heading(Self.title(family))] + runs.map { .run($0) }
    }
  }

  package func row(of run: Int) -> Int? { rows.firstIndex(of: .run(run)) }

  package func isRun(_ row: Int) -> Bool { run(at: row) != nil }

  package func run(at row: Int) -> Int? {
    guard rows.indices.contains(row), case .run(let run) = rows[row] else { return nil }
    return run
  }

  private static func title(_ family: MethodFamily?) -> String {
    switch family {
    case .parameterBased: "Parameter-based"
    case .promptBased: "Prompt-based"
    case .control: "Controls"
    case nil: "Other"
    }
  }
}
