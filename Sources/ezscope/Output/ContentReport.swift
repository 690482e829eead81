import EvidenceIO
import ScoringCore
import TerminalUI

/// Which kinds of content runs took up, ready to be written.
struct ContentReport: TabularReport {
  /// How figures are computed.
  struct Settings {
    var population: Population
    var level: Double
    var replicates: Int
    var seed: UInt64
  }

  let settings: Settings
  let runs: [RunContent]

  /// Fails if no run has figures, with the first reason.
  func requireSomething() throws(CommandFailure) {
    guard runs.allSatisfy({ $0.content == nil }), let first = runs.first else { return }
    throw CommandFailure(.badData, "\(first.run.name): \(first.missing ?? "there is no run")")
  }
}

/// Which kinds of content one run took up.
struct RunContent {
  let run: Run
  let content: LeakedContent?
  /// Why there are no figures, and what to do about it.
  let missing: String?

  init(_ input: RunInput, settings: ContentReport.Settings) {
    run = input.run
    guard case .evidence(let table) = input.source else {
      (content, missing) = (nil, "only scores are known of this run; read its evidence instead")
      return
    }
    let metadata = MetadataReader.read(table)
    let isPrimary = metadata.primary(
      settings.population == .all ? [] : input.primary, count: table.count)
    content = LeakedContent(
      table, rows: isPrimary.indices.filter { isPrimary[$0] },
      clusters: metadata.clusters(count: table.count), level: settings.level,
      replicates: settings.replicates, seed: settings.seed)
    missing = content == nil ? Self.reason(table) : nil
  }

  private static func reason(_ table: EvidenceTable) -> String {
    let needed: EvidenceKinds = [.target, .reference, .tokenIDs]
    let absent = needed.subtracting(table.available)
    if !absent.isEmpty {
      return "token classes need " + absent.columnNames.joined(separator: ", ")
        + "; export them for every token"
    }
    if !table.chunks.contains(where: { $0.columns.vocabulary != nil }) {
      return "token classes need the texts of the tokens; export tokens beside token_ids"
    }
    return "token classes need members and non-members; label them"
  }
}

extension Metadata {
  /// One id a sequence, the same within a document; nil without `meta.document`.
  func clusters(count: Int) -> [Int]? {
    column("document").map { column in
      (0..<count).map { row in
        column.codes[row] < 0 ? column.values.count + row : Int(column.codes[row])
      }
    }
  }
}
