import Analysis
import ArgumentParser
import EvidenceIO
import Reports
import ScoringCore

/// `compare`: two runs over the sequences both hold, or the attacks of one run.
struct CompareCommand: ParsableCommand {
  /// How the comparison is written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, json
  }

  static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Compare two runs, or the attacks of one, on the same sequences with paired tests.",
    discussion: """
      Give two paths with a run each, or one path and --runs. Without --runs a full fine-tuning \
      and a LoRA are compared where there are both. With one name in --runs, its attacks are \
      compared with the first of --attack. Where both have tokens with ranks, their leaked spans \
      are set side by side; see ezscope leaks.
      """)

  @Argument(help: "One or two experiment folders, evidence files or score files.")
  var paths: [String]
  @Option(help: "The two runs, a comma between: full-e3,lora-e3; or one, for its attacks.")
  var runs: String?
  @OptionGroup var evaluation: EvaluationArguments
  @OptionGroup var evidence: EvidenceOptions
  @Option(help: "List the cheapest leaked spans of so many sequences, by the run that leaks them.")
  var leaks = 20
  @OptionGroup var redaction: RedactionOptions
  @Option(help: "text or json.") var format = Format.text
  @Option(name: .shortAndLong, help: "Where to write; - is standard output.")
  var output = "-"
  @Flag(help: "Stop with status 1 if any record had to be skipped.") var strict = false

  func validate() throws {
    if let key = evaluation.groupKey {
      throw ValidationError("--level: '\(key)' is no coverage; groups are for evaluate")
    }
    guard leaks >= 0 else { throw ValidationError("--leaks: \(leaks) is no number of sequences") }
    guard paths.count <= 2 else { throw ValidationError("give one or two paths") }
    if let runs, !(1...2).contains(runs.split(separator: ",").count) {
      throw ValidationError("--runs: '\(runs)' are not one or two names, with a comma between them")
    }
  }

  func run() throws {
    let console = Console()
    let opened = try InputOptions.read(paths, console, evidence)
    try opened.notes.report(to: console, strict: strict)
    let picked = try pick(opened.experiment)
    let request = try AttackRequest(evaluation.attack).resolved(for: picked)
    // Figures of each run alone are not needed: no intervals of their own.
    var quick = EvaluationOptions()
    quick.fprs = []
    quick.replicates = 0
    let texts = TextGuards()
    let analyses = try picked.map {
      try $0.analysis(
        request, population: evaluation.population, options: quick, texts: texts,
        console: console)
    }
    let options = try evaluation.options
    let progress: ComparisonReport.Progress = { done, total in
      console.report(
        Console.Progress(task: "Comparing", done: done, total: total, unit: "attacks"))
    }
    let report = try CommandError.translating { () throws(AnalysisError) in
      analyses.count == 1
        ? try ComparisonReport(
          attacksOf: analyses[0], request: request, options: options, texts: texts,
          progress: progress)
        : try ComparisonReport(
          analyses[0], analyses[1], request: request, options: options, texts: texts,
          progress: progress)
    }
    console.erase()
    let redacted = redaction.inExport(of: paths)
    switch format {
    case .text:
      try ResultOutput.write(report.text(listing: leaks, redacted), to: output)
    case .json: try ResultOutput.write(report.json(redacted).traced().indented, to: output)
    }
    console.suggest(
      Suggestion(words: ["leaks"], why: "to see what text can be got out of each"), of: paths,
      isText: format == .text)
  }

  /// The two runs to compare, or the one whose attacks are compared.
  private func pick(_ experiment: Experiment) throws(CommandError) -> [RunInput] {
    let all = RunInput.all(of: experiment)
    if let runs {
      let names = runs.split(separator: ",").map(String.init)
      let picked = try InputOptions.pick(names, from: all)
      guard picked.count == names.count else { throw .usage("--runs: name two different runs") }
      return picked
    }
    let names = all.map(\.run.name).joined(separator: ", ")
    guard all.count >= 2 else {
      throw .usage(
        "there is only one run, \(names); give a second path, or --runs \(names) to compare its "
          + "attacks")
    }
    guard paths.count == 1 || all.count == 2 else {
      throw .usage("there are \(all.count) runs; pick two with --runs: \(names)")
    }
    guard paths.count == 1 else { return all }
    let (left, right) = ExperimentSnapshot(experiment).defaultPair
    return [all[left], all[right]]
  }
}
