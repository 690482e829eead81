/// What a user names to be opened: finished runs, or the dumps of two models, and who is a member.
package struct EvidenceSources: Sendable, Hashable {
  /// Folders, manifests, evidence and score files.
  package var paths: [String]
  /// Files, or folders of files, of what the fine-tuned model said; together one run.
  package var targets: [String] = []
  /// The same of the model it is compared with.
  package var references: [String] = []
  /// What names the members: dumps that hold nothing else, texts, or lists of ids.
  package var members: [String] = []
  /// The same for non-members.
  package var nonMembers: [String] = []
  /// Which columns of tables are what, where their names do not say it.
  package var columns = ColumnMapping()
  /// How rows that share an id become one score; nil if they are a mistake.
  package var aggregate: RowAggregate?

  package init(_ paths: [String]) { self.paths = paths }

  /// Every path of evidence.
  package var all: [String] { paths + targets + references }

  /// Whether there is one thing to open, with nothing beside it.
  var isOneFile: Bool {
    paths.count == 1 && targets.isEmpty && references.isEmpty && members.isEmpty
      && nonMembers.isEmpty
  }

  /// What the user named, and only that may be a pipe.
  var named: Set<String> { Set(all + members + nonMembers) }

  /// Whether there is nothing to open.
  package var isEmpty: Bool { paths.isEmpty && targets.isEmpty && references.isEmpty }
}
