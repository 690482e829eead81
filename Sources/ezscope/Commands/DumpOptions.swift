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

  func validate() throws {
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
    return sources
  }

  /// The same, which must not be nothing.
  func someSources(_ paths: [String]) throws(CommandFailure) -> EvidenceSources {
    let sources = sources(paths)
    guard !sources.isEmpty else {
      throw .usage("there is nothing to open; name a PATH, or a dump with --target")
    }
    return sources
  }
}
