import Analysis
import ArgumentParser
import Basics
import EvidenceIO
import ScoringCore

/// `convert`: evidence from one format to the other, without loss.
struct ConvertCommand: ParsableCommand {
  /// The formats of evidence.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case jsonl, safetensors
  }

  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Convert evidence between JSONL and safetensors without loss, and dumps to either.",
    discussion: """
      The files of an experiment's run are joined into one. JSONL has no place for what is \
      known of the run, such as its method.
      """)

  @Argument(
    help:
      "An evidence file, a dump or an experiment folder; - is standard input; none with --target."
  )
  var input: String
  @Argument(help: "The file to write; - is standard output (JSONL only).") var output: String?
  @OptionGroup var dumps: DumpOptions
  @Option(help: "jsonl or safetensors; by default what the output's name says.")
  var to: Format?
  @Option(name: .customLong("run"), help: "The run to convert, if there are several.")
  var name: String?
  @Flag(help: "Stop with status 1 if any record had to be skipped.") var strict = false

  /// What is read, unless it is named by --target: then the only path is what is written.
  private var source: String? { output == nil ? nil : input }
  private var destination: String { output ?? input }

  private var format: Format? {
    if let to { return to }
    let name = destination
    if name.hasSuffix(".safetensors") { return .safetensors }
    return name == "-" || name.hasSuffix(".jsonl") || name.hasSuffix(".jsonl.gz") ? .jsonl : nil
  }

  func validate() throws {
    guard (output == nil) != dumps.targets.isEmpty else {
      throw ValidationError(
        dumps.targets.isEmpty
          ? "name the evidence to read and the file to write"
          : "with --target name only the file to write")
    }
    guard let format else {
      throw ValidationError(
        "\(destination): its name says no format; add --to jsonl or safetensors")
    }
    guard format == .jsonl || destination != "-" else {
      throw ValidationError("safetensors cannot go to a pipe; name a file")
    }
    guard source == "-" || source != destination else {
      throw ValidationError("\(destination): is the input as well; name another file")
    }
  }

  func run() throws {
    let console = Console()
    let (chunks, run) = try evidence(console)
    try ResultOutput.guarded(destination) { () throws(IngestError) in
      switch format {
      case .safetensors: try SafetensorsWriter.write(chunks, run: run, to: destination)
      case .jsonl, nil: try JSONLWriter.write(chunks, to: destination)
      }
    }
    console.suggest(
      Suggestion(words: ["check"], why: "to see what is in it, and which attacks can be computed"),
      of: [destination])
  }

  private func evidence(
    _ console: Console
  ) throws(CommandError) -> (chunks: [EvidenceChunk], run: Run?) {
    // A single binary file may hold any part of an experiment, such as its texts alone.
    if let source, source.hasSuffix(".safetensors"), name == nil, dumps.members.isEmpty,
      dumps.nonMembers.isEmpty
    {
      let file = try CommandError.translating { () throws(IngestError) in
        try SafetensorsReader.read(source)
      }
      try file.notes.report(to: console, strict: strict)
      return (file.chunks, file.run)
    }
    let opened = try InputOptions.read(dumps.sources(source.map { [$0] } ?? []), console)
    try opened.notes.report(to: console, strict: strict)
    let all = RunInput.all(of: opened.experiment)
    let picked = try InputOptions.pick(name.map { [$0] } ?? [], from: all)
    guard picked.count == 1, let run = picked.first else {
      let names = all.map(\.run.name).joined(separator: ", ")
      throw .usage("\(source ?? "this") holds \(all.count) runs; pick one with --run: \(names)")
    }
    guard case .evidence(let table) = run.source else {
      throw CommandError(
        .badData, "\(run.run.name) has scores only, not evidence; ezscope score converts scores")
    }
    if let scores = table.scores, scores.count > table.count {
      console.note(
        "\(run.run.name): \(NumberFormat.counted(scores.count - table.count, "sequence")) with "
          + "scores and no tokens left out; ezscope score writes those")
    }
    return (table.chunks, table.run)
  }
}
