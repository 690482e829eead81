import ArgumentParser
import EvidenceIO
import Reports

/// How a report with tables is written.
enum ReportFormat: String, CaseIterable, ExpressibleByArgument {
  case text, json, markdown, csv
}

/// How a report is written, and where to.
struct ReportOptions: ParsableArguments {
  @Option(help: "text, json, markdown or csv.") var format = ReportFormat.text
  @Option(name: .shortAndLong, help: "Where to write; - is standard output.")
  var output = "-"

  /// Writes a report; `csv` stands in for the report's own where a command has several tables.
  func write(
    _ report: some TabularReport, csv: String? = nil, _ contents: OutputFile.Contents = .figures
  ) throws {
    let text =
      switch format {
      case .text: report.text
      case .json: try report.json.traced().indented
      case .markdown: report.markdown
      case .csv: csv ?? report.csv
      }
    try ResultOutput.write(text, to: output, contents)
  }
}
