import Basics
import ScoringCore

/// Which kinds of content runs took up, ready to be written.
package struct ContentReport {
  /// How figures are computed.
  package struct Settings {
    package var population: Population
    package var level: Double
    package var replicates: Int
    package var seed: UInt64

    package init(population: Population, level: Double, replicates: Int, seed: UInt64) {
      self.population = population
      self.level = level
      self.replicates = replicates
      self.seed = seed
    }
  }

  package let settings: Settings
  package let runs: [RunContent]

  package init(settings: Settings, runs: [RunContent]) {
    self.settings = settings
    self.runs = runs
  }
}

/// Which kinds of content one run took up.
package struct RunContent {
  package let run: Run
  package let content: LeakedContent?
  /// Why there are no figures, and what to do about it.
  package let missing: String?

  package init(_ input: RunInput, settings: ContentReport.Settings) {
    run = input.run
    guard case .evidence(let table) = input.source else {
      (content, missing) = (nil, "only scores are known of this run; read its evidence instead")
      return
    }
    let metadata = input.annotations.metadata
    var isPrimary = metadata.primary(
      settings.population == .all ? [] : input.primary, count: table.count)
    if settings.population == .primary {
      isPrimary = run.withoutUnseen(
        isPrimary, ids: table.ids, labels: table.labels, metadata: metadata)
    }
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
  /// One id per sequence, the same within a document; nil without `meta.document`.
  package func clusters(count: Int) -> [Int]? {
    column("document").map { column in
      (0..<count).map { row in
        column.codes[row] < 0 ? column.values.count + row : Int(column.codes[row])
      }
    }
  }
}
