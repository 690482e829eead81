/// The verdicts of a gate on some runs.
package struct GateReport {
  package let verdicts: [GateVerdict]
  /// Which attack `auto` became and why, in a sentence; nil where attacks were named.
  package let attackChoice: String?

  /// Where the verdicts come from.
  package let provenance: Provenance?

  package init(
    verdicts: [GateVerdict], attackChoice: String? = nil, provenance: Provenance? = nil
  ) {
    self.verdicts = verdicts
    self.provenance = provenance
    self.attackChoice = attackChoice
  }

  /// Whether every check passed.
  package var isOpen: Bool { verdicts.allSatisfy { $0.outcome == .passed } }

  /// The verdicts of each run together, runs in order.
  package var byRun: [[GateVerdict]] {
    var runs: [[GateVerdict]] = []
    for verdict in verdicts {
      if runs.last?.first?.run == verdict.run {
        runs[runs.endIndex - 1].append(verdict)
      } else {
        runs.append([verdict])
      }
    }
    return runs
  }
}
