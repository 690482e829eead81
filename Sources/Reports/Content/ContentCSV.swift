import Analysis
import ScoringCore

extension ContentReport {
  /// A line for each run, class and figure.
  package var csv: String {
    var lines = ["run,token_class,figure,value,lower,upper"]
    for run in runs {
      for entry in run.content?.entries ?? [] {
        for (name, figure) in entry.figures {
          let fields =
            [run.run.name, entry.tokenClass.rawValue, name].map(AlignedTable.csvField)
            + [figure.value, figure.interval?.lower, figure.interval?.upper].map { value in
              value.flatMap { $0.isFinite ? JSON.number($0).line : nil } ?? ""
            }
          lines.append(fields.joined(separator: ","))
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
