import Analysis
import ScoringCore

extension EvaluationReport {
  /// One row for each run, attack and suspect.
  package var suspectCSV: String {
    var text = "run,attack,id,score,score_class,p,p_adjusted,named,problem\n"
    for run in runs {
      guard let suspects = run.suspects, let rate = suspects.rate else { continue }
      for attack in suspects.attacks {
        for suspect in attack.suspects {
          let isNamed = !suspects.isDoubtful && suspect.adjusted <= rate
          let cells = [
            run.run.name, attack.spelling, suspect.id,
            suspect.score.value.isNaN ? "" : suspect.score.value.description,
            suspect.score.status.name, suspect.pValue.description, suspect.adjusted.description,
            isNamed ? "yes" : "no", suspects.problem ?? "",
          ]
          text += cells.map(AlignedTable.csvField).joined(separator: ",") + "\n"
        }
      }
    }
    return text
  }
}
