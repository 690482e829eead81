import Analysis
import Basics
import EvidenceIO
import FoundationEssentials
import Glibc
import Reports
import ScoringCore

/// Whether an archive of a report is as it was written, and whether its figures come out again.
struct BundleCheck {
  /// What differs, a line each: the file first.
  private(set) var problems: [String] = []
  /// What was looked at, a line each.
  private(set) var checked: [String] = []
  private var files: [String: [UInt8]] = [:]
  private var manifest = JSONValue.null
  private var report = JSONValue.null

  /// Reads an archive and compares each file with its hash.
  init(_ path: String) throws(CommandError) {
    let contents = try CommandError.translating { () throws(IngestError) in try ZipContents(path) }
    for member in contents.members {
      switch member.content {
      case .success(let bytes): files[member.name] = bytes
      case .failure(let error): problems.append("\(member.name): \(error)")
      }
    }
    guard let manifest = object(AuditBundle.Name.manifest) else {
      throw CommandError(
        .badData,
        "\(path): holds no readable \(AuditBundle.Name.manifest); give a bundle that ezscope report "
          + "--bundle wrote")
    }
    self.manifest = manifest
    report = object(AuditBundle.Name.json) ?? .null
    checkHashes()
    try checkScores()
  }

  private func object(_ name: String) -> JSONValue? {
    guard let bytes = files[name], let document = try? JSONValue.parse(bytes),
      case .object = document
    else { return nil }
    return document
  }

  private mutating func checkHashes() {
    let listed = (manifest["files"]?.list ?? []).compactMap { entry in
      entry["name"]?.string.map { (name: $0, sha256: entry["sha256"]?.string) }
    }
    for entry in listed {
      guard let bytes = files[entry.name] else {
        if !problems.contains(where: { $0.hasPrefix(entry.name + ":") }) {
          problems.append("\(entry.name): is missing")
        }
        continue
      }
      if FileDigest.sha256(bytes) != entry.sha256 {
        problems.append("\(entry.name): is not the file that was written (SHA-256 differs)")
      }
    }
    let known = Set(listed.map(\.name) + [AuditBundle.Name.manifest])
    for name in files.keys.sorted() where !known.contains(name) {
      problems.append("\(name): is not in the manifest")
    }
    checked.append("\(listed.count) files against their hashes")
  }

  /// Computes the figures of every run and attack again from the scores in the archive.
  private mutating func checkScores() throws(CommandError) {
    let scratch = try ScratchFolder()
    for (name, bytes) in files where name.hasPrefix(AuditBundle.Name.evidence) {
      let place = scratch.path + "/" + name
      do {
        try FileManager.default.createDirectory(
          atPath: String(place[..<(place.lastIndex(of: "/") ?? place.endIndex)]),
          withIntermediateDirectories: true)
        try Data(bytes).write(to: URL(fileURLWithPath: place))
      } catch {
        throw CommandError(
          .inputOutput, "\(place): cannot be written; set TMPDIR to another folder")
      }
    }
    let opened: EvidenceIO.OpenedExperiment
    do throws(IngestError) {
      opened = try ExperimentReader.open(scratch.path + "/" + AuditBundle.Name.evidence)
    } catch {
      problems.append("evidence/: its scores cannot be read any more, so no figure was computed")
      return
    }
    let asked = settings
    let request = AttackRequest("all")
    let recorded = report["evaluation"]?["runs"]?.list ?? []
    var count = 0
    for old in recorded {
      let name = old["name"]?.string ?? ""
      guard
        let input = RunInput.all(of: opened.experiment).first(where: { $0.run.name == name }),
        let analysis = input.analysis(
          request, population: .primary, options: asked.options, texts: TextGuards()),
        let new = Self.document(
          RunReport(analysis, request: request, texts: TextGuards(), settings: asked), asked)
      else {
        problems.append("\(AuditBundle.Name.json): \(name) has no scores in evidence/")
        continue
      }
      let pair = (Self.figures(old), Self.figures(new))
      count += Self.count(pair.0)
      problems += FigureDifferences.between(pair.0, pair.1, at: "runs[\(name)]").map {
        "\(AuditBundle.Name.json): \($0)"
      }
    }
    checked.append("\(count) figures of \(recorded.count) runs against their scores")
  }

  /// The options that the figures were computed with.
  private var settings: EvaluationReport.Settings {
    var options = EvaluationOptions()
    let evaluation = report["evaluation"]
    let conventions = report["conventions"]
    options.level = evaluation?["level"]?.double ?? options.level
    options.replicates = evaluation?["replicates"]?.int ?? options.replicates
    options.seed = (evaluation?["seed"]?.string).flatMap(UInt64.init) ?? options.seed
    options.convention =
      (conventions?["fpr_convention"]?.string).flatMap(FPRConvention.init) ?? options.convention
    options.undefined =
      (conventions?["undefined"]?.string).flatMap(UndefinedPolicy.init) ?? options.undefined
    options.fprs = conventions?["fprs"]?.list?.compactMap(\.double) ?? options.fprs
    return EvaluationReport.Settings(options: options, population: .primary)
  }

  private static func document(
    _ report: RunReport, _ settings: EvaluationReport.Settings
  ) -> JSONValue? {
    let text = EvaluationReport(settings: settings, runs: [report]).json.line
    return (try? JSONValue.parse(text.utf8))?["runs"]?.list?.first
  }

  /// What rests on scores alone; documents are not in the archive, so intervals over them are not.
  private static func figures(_ run: JSONValue) -> JSONValue {
    let isOverDocuments = run["intervals_over"]?.string == "documents"
    let attacks = (run["attacks"]?.list ?? []).map { attack in
      attack.keeping { key in
        ["attack", "auc", "tpr_at_fpr", "advantage", "balanced_accuracy"].contains(key)
          || !isOverDocuments
            && [
              "auc_interval", "auc_standard_error", "advantage_interval",
              "balanced_accuracy_interval", "auc_interval_method",
            ].contains(key)
      } each: { value in
        guard isOverDocuments, let points = value.list else { return value }
        return .list(points.map { $0.keeping { !$0.contains("interval") } })
      }
    }
    return .object([
      .init(key: "members", value: run["members"] ?? .null),
      .init(key: "non_members", value: run["non_members"] ?? .null),
      .init(key: "attacks", value: .list(attacks)),
    ])
  }

  private static func count(_ value: JSONValue) -> Int {
    switch value {
    case .object(let members): members.reduce(0) { $0 + count($1.value) }
    case .list(let list): list.reduce(0) { $0 + count($1) }
    case .integer, .number: 1
    default: 0
    }
  }

  /// What the report was asked for beside its evidence.
  var options: [String] { (manifest["options"]?.list ?? []).compactMap(\.string) }

  /// Compares with what the same command gives from the evidence itself.
  mutating func compare(with again: RedactedAudit) {
    let inputs = report["provenance"]?["inputs"]?.list ?? []
    let old = Dictionary(inputs.map { ($0["name"]?.string ?? "", $0["sha256"]?.string) }) { $1 }
    let new = Dictionary(again.report.provenance.inputs.map { ($0.name, $0.sha256) }) { $1 }
    for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
      let what =
        old[name] == nil
        ? "was not read then" : new[name] == nil ? "was not read now" : "is another file than then"
      problems.append("input \(name): \(what)")
    }
    let found = (try? JSONValue.parse(again.json.indented.utf8)) ?? .null
    func figures(_ document: JSONValue) -> JSONValue {
      document.keeping { $0 != "provenance" }
    }
    problems += FigureDifferences.between(figures(report), figures(found))
      .map { "\(AuditBundle.Name.json): \($0)" }
    checked.append("every figure against the evidence")
  }
}

extension JSONValue {
  /// An object with some of its members, their values changed; anything else as it is.
  fileprivate func keeping(
    _ isKept: (String) -> Bool, each change: (JSONValue) -> JSONValue = { $0 }
  ) -> JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(
      members.filter { isKept($0.key) }.map { Member(key: $0.key, value: change($0.value)) })
  }
}
