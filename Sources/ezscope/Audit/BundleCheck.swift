import Analysis
import Basics
import EvidenceIO
import Foundation
import Reports
import ScoringCore

/// Whether an archive of a report is as it was written, and whether its figures come out again.
struct BundleCheck {
  /// What differs, a line each: the file first.
  private(set) var problems: [String] = []
  /// What was looked at, a line each.
  private(set) var checked: [String] = []
  private var files: [String: [UInt8]] = [:]
  private var manifest: [String: Any] = [:]
  private var report: [String: Any] = [:]

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
    report = object(AuditBundle.Name.json) ?? [:]
    checkHashes()
    try checkScores()
  }

  private func object(_ name: String) -> [String: Any]? {
    files[name].flatMap { try? JSONSerialization.jsonObject(with: Data($0)) } as? [String: Any]
  }

  private mutating func checkHashes() {
    let listed = (manifest["files"] as? [[String: Any]] ?? []).compactMap { entry in
      (entry["name"] as? String).map { (name: $0, sha256: entry["sha256"] as? String) }
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
    let recorded = ((report["evaluation"] as? [String: Any])?["runs"] as? [[String: Any]]) ?? []
    var count = 0
    for old in recorded {
      let name = old["name"] as? String ?? ""
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
    let evaluation = report["evaluation"] as? [String: Any] ?? [:]
    let conventions = report["conventions"] as? [String: Any] ?? [:]
    options.level = evaluation["level"] as? Double ?? options.level
    options.replicates = evaluation["replicates"] as? Int ?? options.replicates
    options.seed = (evaluation["seed"] as? String).flatMap(UInt64.init) ?? options.seed
    options.convention =
      (conventions["fpr_convention"] as? String).flatMap(FPRConvention.init) ?? options.convention
    options.undefined =
      (conventions["undefined"] as? String).flatMap(UndefinedPolicy.init) ?? options.undefined
    options.fprs = (conventions["fprs"] as? [Double]) ?? options.fprs
    return EvaluationReport.Settings(options: options, population: .primary)
  }

  private static func document(
    _ report: RunReport, _ settings: EvaluationReport.Settings
  ) -> [String: Any]? {
    let text = EvaluationReport(settings: settings, runs: [report]).json.line
    let document = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    return (document?["runs"] as? [[String: Any]])?.first
  }

  /// What rests on scores alone; documents are not in the archive, so intervals over them are not.
  private static func figures(_ run: [String: Any]) -> [String: Any] {
    let isOverDocuments = run["intervals_over"] as? String == "documents"
    let attacks = (run["attacks"] as? [[String: Any]] ?? []).map { attack in
      attack.filter { key, _ in
        ["attack", "auc", "tpr_at_fpr", "advantage", "balanced_accuracy"].contains(key)
          || !isOverDocuments
            && [
              "auc_interval", "auc_standard_error", "advantage_interval",
              "balanced_accuracy_interval", "auc_interval_method",
            ].contains(key)
      }.mapValues { value in
        guard isOverDocuments, let points = value as? [[String: Any]] else { return value }
        return points.map { point in point.filter { !$0.key.contains("interval") } }
      }
    }
    return [
      "members": run["members"] ?? NSNull(), "non_members": run["non_members"] ?? NSNull(),
      "attacks": attacks,
    ]
  }

  private static func count(_ value: Any) -> Int {
    switch value {
    case let object as [String: Any]: object.values.reduce(0) { $0 + count($1) }
    case let list as [Any]: list.reduce(0) { $0 + count($1) }
    case is NSNumber: 1
    default: 0
    }
  }

  /// What the report was asked for beside its evidence.
  var options: [String] { manifest["options"] as? [String] ?? [] }

  /// Compares with what the same command gives from the evidence itself.
  mutating func compare(with again: RedactedAudit) {
    let inputs = (report["provenance"] as? [String: Any])?["inputs"] as? [[String: Any]] ?? []
    let old = Dictionary(
      inputs.map { ($0["name"] as? String ?? "", $0["sha256"] as? String) }
    ) { $1 }
    let new = Dictionary(again.report.provenance.inputs.map { ($0.name, $0.sha256) }) { $1 }
    for name in Set(old.keys).union(new.keys).sorted() where old[name] != new[name] {
      let what =
        old[name] == nil
        ? "was not read then" : new[name] == nil ? "was not read now" : "is another file than then"
      problems.append("input \(name): \(what)")
    }
    let text = again.json.indented
    let found = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    let ignored: Set<String> = ["provenance"]
    problems += FigureDifferences.between(
      report.filter { !ignored.contains($0.key) },
      (found ?? [:]).filter { !ignored.contains($0.key) }
    ).map { "\(AuditBundle.Name.json): \($0)" }
    checked.append("every figure against the evidence")
  }
}
