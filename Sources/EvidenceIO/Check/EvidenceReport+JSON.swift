import Basics
import ScoringCore

extension EvidenceReport {
  /// The report as one JSON document; every string in it is made safe to print.
  package var json: String {
    var members: [JSONValue.Member] = []
    func add(_ key: String, _ value: JSONValue) { members.append(.init(key: key, value: value)) }
    add("version", .integer(1))
    add(
      "files",
      .list(
        files.map { file in
          .object(
            [
              .init(key: "path", value: Self.safe(file.path)),
              .init(key: "format", value: .string(file.format.rawValue)),
            ] + (file.format.advice.map { [.init(key: "advice", value: .string($0))] } ?? []))
        }))
    add("runs", .list(runs.map(Self.tree)))
    add("warnings", .list(notes.warnings.map { .string($0.description) }))
    add("clamped", .integer(notes.clamped))
    let counts = Defect.Kind.allCases.compactMap { kind in
      notes.defects.counts[kind].map { JSONValue.Member(key: kind.rawValue, value: .integer($0)) }
    }
    add("defects", .integer(notes.defects.total))
    add("defects_by_kind", .object(counts))
    add("defects_listed", .list(notes.defects.listed.map(Self.tree)))
    return JSONValue.object(members).plainText + "\n"
  }

  private static func safe(_ text: String) -> JSONValue {
    .string(SafeText.oneLine(text, limit: 4096))
  }

  private static func tree(_ run: CheckedRun) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init(key: "name", value: safe(run.run.name)),
      .init(key: "scores_only", value: .bool(run.isScoresOnly)),
      .init(key: "sequences", value: .integer(run.sequences)),
      .init(key: "members", value: .integer(run.labels[.member] ?? 0)),
      .init(key: "non_members", value: .integer(run.labels[.nonMember] ?? 0)),
      .init(key: "unknown", value: .integer(run.labels[.unknown] ?? 0)),
    ]
    if let count = run.sequencesWithTokens {
      members += [
        .init(key: "sequences_with_tokens", value: .integer(count)),
        .init(key: "scored_attacks", value: .list(run.scoredAttacks.map(safe))),
      ]
    }
    if let range = run.tokenRange {
      members += [
        .init(key: "tokens", value: .integer(run.tokens)),
        .init(key: "positions", value: .integer(run.positions)),
        .init(key: "scored_positions", value: .integer(run.scoredPositions)),
        .init(key: "shortest", value: .integer(range.lowerBound)),
        .init(key: "longest", value: .integer(range.upperBound)),
        .init(key: "distinct_tokens", value: .integer(run.vocabulary)),
        .init(key: "token_ids_original", value: .bool(run.tokenIDsAreOriginal)),
      ]
    }
    members.append(.init(key: "columns", value: .list(run.columns.map(tree))))
    if let verified = ExporterVerification(run.run) {
      let findings = verified.findings.map { JSONValue.Member(key: $0.name, value: safe($0.value)) }
      members += [
        .init(key: "verified_by", value: safe(verified.by)),
        .init(key: "verified", value: .object(findings)),
      ]
    }
    return .object(members)
  }

  private static func tree(_ column: ColumnSummary) -> JSONValue {
    .object([
      .init(key: "name", value: safe(column.name)),
      .init(key: "sequences", value: .integer(column.sequences)),
      .init(key: "minimum", value: column.minimum.map(JSONValue.number) ?? .null),
      .init(key: "maximum", value: column.maximum.map(JSONValue.number) ?? .null),
      .init(key: "infinite", value: .integer(column.infinite)),
    ])
  }

  private static func tree(_ defect: Defect) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init(key: "kind", value: .string(defect.kind.rawValue)),
      .init(key: "file", value: safe(defect.file)),
    ]
    switch defect.place {
    case .whole: break
    case .line(let line): members.append(.init(key: "line", value: .integer(line)))
    case .tensor(let name): members.append(.init(key: "tensor", value: safe(name)))
    case .byte(let offset): members.append(.init(key: "byte", value: .integer(offset)))
    case .record(let index, let id):
      members += [
        .init(key: "record", value: .integer(index)), .init(key: "id", value: safe(id)),
      ]
    }
    members += [
      .init(key: "field", value: safe(defect.field)),
      .init(key: "problem", value: safe(defect.problem)),
      .init(key: "remedy", value: safe(defect.remedy)),
    ]
    return .object(members)
  }
}
