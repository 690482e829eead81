import Basics
import ScoringCore

/// What a column of a table is for.
package enum ColumnRole: String, CaseIterable, Sendable {
  /// The sequence's id.
  case id
  /// Whether the sequence was in the fine-tuning set.
  case label
  /// The run a row belongs to.
  case run
  /// The sequence's text.
  case text
  /// A score, in a column of any other name.
  case score
}

/// The names people give to columns, and what they write where there is no value: one table for
/// CSV, JSON lines, JSON documents and lists of members.
package enum ColumnNames {
  /// Names by role, the likeliest first; case, blanks, hyphens and points make no difference.
  package static let names: [ColumnRole: [String]] = [
    .id: [
      "id", "ids", "sequence_id", "seq_id", "sample_id", "example_id", "custom_id", "doc_id",
      "document_id", "record_id", "row_id", "request_id", "user_id", "uid", "uuid", "guid", "index",
      "idx",
      "unnamed:_0", "",
    ],
    .label: [
      "label", "labels", "member", "members", "is_member", "ismember", "membership", "memberships",
      "in_train", "is_train", "in_training", "in_training_set", "trained_on", "seen", "true_label",
      "true_labels", "ground_truth", "y_true",
    ],
    .run: ["run"],
    .text: [
      "text", "texts", "input", "inputs", "prompt", "document", "content", "sentence", "snippet",
    ],
  ]

  /// Columns of numbers that are no scores: places, counts and settings.
  package static let noScores: Set<String> = [
    "index", "idx", "unnamed:_0", "", "level_0", "row", "line", "position", "pos", "offset",
    "token_index", "token_idx",
    "token_id", "token_ids", "epoch", "step", "seed", "fold", "n_tokens", "num_tokens",
    "token_count", "length", "len",
  ]

  /// Names of columns that only a table with a row per token has.
  static let perToken: Set<String> = [
    "position", "pos", "token", "tokens", "token_id", "token_index", "token_idx", "offset",
    "logprob", "token_logprob",
  ]

  /// A name as it is compared.
  static func canonical(_ name: String) -> String {
    String(
      name.trimmed().lowercased().map { " -.".contains($0) ? "_" : $0 })
  }

  /// The place of the column of a role among names, if one of them is known.
  static func place(of role: ColumnRole, in names: [String]) -> Int? {
    let canonical = names.map(Self.canonical)
    for name in Self.names[role] ?? [] {
      if let place = canonical.firstIndex(of: name) { return place }
    }
    return nil
  }

  /// Spellings of labels.
  package static let labels: [Label: [String]] = [
    .member: [
      "member", "members", "1", "1.0", "true", "yes", "y", "t", "in", "seen", "train", "training",
      "trained",
      // What spreadsheets of other languages make of TRUE.
      "wahr", "vrai", "verdadero", "vero", "waar", "verdadeiro",
    ],
    .nonMember: [
      "non-member", "nonmember", "non_member", "non-members", "nonmembers", "non_members",
      "not member", "0", "0.0", "false", "no", "n", "f", "out", "unseen", "test", "holdout",
      "held-out", "heldout", "held_out", "validation", "val",
      "falsch", "faux", "falso", "onwaar",
    ],
    .unknown: ["unknown", "-1", "-1.0", "suspect", "suspects"],
  ]

  private static let labelOfSpelling: [String: Label] = {
    var result: [String: Label] = [:]
    for (label, spellings) in labels { for spelling in spellings { result[spelling] = label } }
    return result
  }()

  /// The label of its spelling in a file.
  static func label(_ text: String) -> Label? {
    let text = text.lowercased().trimmed()
    return labelOfSpelling[text] ?? (undefined.contains(text) ? .unknown : nil)
  }

  /// What a table holds where there is no value, in lower case.
  package static let undefined: Set<String> = [
    "", "na", "n/a", "<na>", "nan", "-nan", "none", "null", "nil", "undefined", "missing", "#n/a",
    "#na", "#value!", "#div/0!", "#num!", "#null!", "#ref!", "#name?", "-", "--", "–", "—", ".",
    "?", "1.#ind", "-1.#ind", "1.#qnan", "nat",
  ]

  /// The labels a reader takes, for messages.
  static let labelRemedy =
    "use 1 or member, 0 or non-member (also yes/no, true/false, in/out, train/test), and nothing if "
    + "unknown; if another column tells, name it: --columns label=NAME"
}

/// Which columns a user named for which role: `label=in_train,score=ppl:negated`.
package struct ColumnMapping: Sendable, Hashable {
  /// One entry of the list.
  package struct Entry: Sendable, Hashable {
    /// What the column is for.
    package var role: ColumnRole
    /// The column's name in the file.
    package var name: String
    /// Whether its scores fall with membership.
    package var isNegated: Bool
  }

  /// The entries in the order they were given.
  package var entries: [Entry] = []

  package init() {}

  /// Reads a list; nil if a part is no `role=name` or a role but `score` comes twice.
  package init?(_ list: String) {
    for part in list.split(separator: ",") {
      let sides = part.split(separator: "=", maxSplits: 1)
      guard sides.count == 2, let role = ColumnRole(rawValue: sides[0].trimmed()),
        role == .score || !entries.contains(where: { $0.role == role })
      else { return nil }
      let (name, isNegated) = Self.spelled(sides[1].trimmed())
      guard !isNegated || role == .score else { return nil }
      entries.append(Entry(role: role, name: name, isNegated: isNegated))
    }
    if entries.isEmpty { return nil }
  }

  /// The name of a score's column, and whether `:negated` follows it.
  package static func spelled(_ name: String) -> (name: String, isNegated: Bool) {
    let mark = ScoreTable.negatedMark
    return name.hasSuffix(mark) ? (String(name.dropLast(mark.count)), true) : (name, false)
  }

  /// The name a user gave for a role.
  func name(of role: ColumnRole) -> String? { entries.first { $0.role == role }?.name }

  /// The scores a user named; nil if all columns of numbers are meant.
  var scores: [Entry]? {
    let named = entries.filter { $0.role == .score }
    return named.isEmpty ? nil : named
  }

  /// The place of a role's column: the one the user named, or the one whose name is known.
  ///
  /// - Throws: `IngestError` if there is no column of the name given.
  func place(
    of role: ColumnRole, in names: [String], file: String
  ) throws(IngestError) -> Int? {
    guard let name = name(of: role) else {
      let taken = Set(entries.map(\.name))
      return ColumnNames.place(of: role, in: names.map { taken.contains($0) ? "\u{0}" : $0 })
    }
    guard let place = names.firstIndex(of: name) else {
      throw Self.noColumn(name, in: names, file: file)
    }
    return place
  }

  static func noColumn(_ name: String, in names: [String], file: String) -> IngestError {
    IngestError(
      file: file, field: name, "there is no such column",
      remedy: "the columns are " + names.filter { !$0.isEmpty }.prefix(20).joined(separator: ", "))
  }
}
