import ArgumentParser
import EvidenceIO

/// The dumps of two models to be paired, and who is a member where the dumps do not say.
struct DumpOptions: ParsableArguments {
  @Option(
    name: .customLong("target"),
    help: "A dump of the fine-tuned model, or a folder of dumps; may be given several times.")
  var targets: [String] = []

  @Option(
    name: .customLong("reference"),
    help: "A dump of the base model over the same texts, paired by id or by tokens.")
  var references: [String] = []

  @Option(
    help: ArgumentHelp(
      "Who is a member: ids or texts one a line, JSONL or CSV of them, a folder of texts, or dumps.",
      discussion: "A file or folder given as --target as well labels all its sequences."))
  var members: [String] = []

  @Option(help: "The same for non-members.")
  var nonMembers: [String] = []

  @Option(
    help: ArgumentHelp(
      "Which columns of a table are what, such as label=in_train,score=ppl:negated.",
      discussion: """
        Roles are id, label, run, text and score, the last as often as there are scores; \
        :negated marks a score that falls with membership.
        """, valueName: "role=name"))
  var columns: String?

  @Option(
    help: ArgumentHelp(
      "Make one score of the rows that share an id: mean, sum, min or max.",
      discussion: "For tables with one row a token."))
  var aggregate: RowAggregate?

  func validate() throws {
    if let columns, ColumnMapping(columns) == nil {
      throw ValidationError(
        "--columns \(columns): is no list of role=name; roles are id, label, run, text and score")
    }
    guard references.isEmpty || !targets.isEmpty else {
      throw ValidationError("--reference needs --target, the fine-tuned model's dump")
    }
  }

  /// What is to be opened besides these paths.
  func sources(_ paths: [String]) -> EvidenceSources {
    var sources = EvidenceSources(paths)
    sources.targets = targets
    sources.references = references
    sources.members = members
    sources.nonMembers = nonMembers
    sources.columns = columns.flatMap(ColumnMapping.init) ?? ColumnMapping()
    sources.aggregate = aggregate
    return sources
  }

  /// The same, which must not be nothing.
  func someSources(_ paths: [String]) throws(CommandError) -> EvidenceSources {
    let sources = sources(paths)
    guard !sources.isEmpty else {
      throw .usage("there is nothing to open; name a PATH, or a dump with --target")
    }
    return sources
  }
}

extension RowAggregate: ExpressibleByArgument {}
