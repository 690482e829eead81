import Basics
import FoundationEssentials
import Glibc
import ScoringCore

/// Writes a folder that opens as an experiment: scores of all sequences, tokens of some.
package struct ExperimentWriter {
  private let folder: String
  private var entries: [String] = []
  private var names: Set<String> = []
  private var references: [String: String] = [:]

  /// Begins a folder, which must not exist yet or be empty.
  package init(folder: String) throws(IngestError) {
    self.folder = folder
    let entries = try? FileManager.default.contentsOfDirectory(atPath: folder)
    guard entries?.isEmpty ?? !Folder.exists(folder) else {
      throw IngestError(
        .usage, file: folder, Folder.isFolder(folder) ? "is not empty" : "is no folder",
        remedy: "name a new folder: what is there is not overwritten")
    }
    do {
      for part in ["", "scores", "tokens", "seen"] {
        try FileManager.default.createDirectory(
          atPath: Folder.join(folder, part), withIntermediateDirectories: true)
      }
    } catch {
      throw IngestError(
        .inputOutput, file: folder, "cannot be made", remedy: "name a folder that can be written to"
      )
    }
  }

  /// Writes a run's scores, and the tokens of some of its sequences.
  ///
  /// - Parameters:
  ///   - scores: the scores of all sequences.
  ///   - rows: the sequences of the evidence whose tokens are kept, ascending.
  package mutating func add(
    _ scores: ScoreTable, tokensOf rows: [Int], in table: EvidenceTable
  ) throws(IngestError) {
    let name = fileName(scores.run.name)
    var entry = ["[[run]]"]
    var file = try ScoreFileWriter(
      .csv, to: Folder.join(folder, "scores/\(name).csv.gz"),
      attacks: ScoreColumns.names([scores]))
    try file.write(scores)
    try file.commit()
    entry.append("scores = \"scores/\(name).csv.gz\"")
    if !rows.isEmpty {
      try SafetensorsWriter.write(
        [try table.chunk(of: rows)], run: scores.run,
        to: Folder.join(folder, "tokens/\(name).safetensors"))
      entry.append("files = [\"tokens/\(name).safetensors\"]")
    }
    if let seen = scores.run.seen {
      try write(seen, of: scores.ids, to: "seen/\(name).csv")
      entry.append("seen = \"seen/\(name).csv\"")
    }
    addReference(of: scores.run)
    entries.append((entry + RunFields.toml(scores.run)).joined(separator: "\n") + "\n")
  }

  /// Writes a run of which only scores are kept.
  package mutating func add(_ scores: ScoreTable) throws(IngestError) {
    try add(scores, tokensOf: [], in: EvidenceTable(run: scores.run, chunks: []))
  }

  /// Writes the manifest, without which the folder is no experiment.
  package consuming func commit(
    name: String, primary: [Experiment.PrimaryRule]
  ) throws(IngestError) {
    for part in ["scores", "tokens", "seen"] { _ = rmdir(Folder.join(folder, part)) }
    var text = "name = \(TOMLText.string(name))\n"
    if !primary.isEmpty {
      text += "\n[primary]\n"
      for rule in primary {
        let values = rule.values.map(TOMLText.string).joined(separator: ", ")
        text += "\(TOMLText.key(rule.key)) = [\(values)]\n"
      }
    }
    var file = try OutputFile.create(Folder.join(folder, Manifest.fileName), .figures)
    let bases = references.sorted { $0.key < $1.key }.map(\.value)
    try file.write(text + "\n" + (bases + entries).joined(separator: "\n"))
    try file.commit()
  }

  /// What a run's base said lies in the run's files; of the base itself its loss is told.
  private mutating func addReference(of run: Run) {
    guard let name = run.reference else { return }
    var lines = ["[[reference]]", "name = \(TOMLText.string(name))", "files = []"]
    if let loss = run.referenceValidationLoss {
      lines.append("validation_loss = \(JSONValue.number(loss).plainText)")
    }
    if let precision = run.referencePrecision {
      lines.append("precision = \(TOMLText.string(precision))")
    }
    references[name] = lines.joined(separator: "\n") + "\n"
  }

  private func write(
    _ seen: SeenSequences, of ids: TextColumn, to name: String
  ) throws(IngestError) {
    var file = try OutputFile.create(Folder.join(folder, name), .figures)
    try file.write("id,\(Metadata.seenUntilKey)\n")
    for row in 0..<ids.count where seen.contains(ids[row]) {
      let step = seen.lastStep(ids[row]).map(String.init) ?? ""
      try file.write("\(CSVText.field(ids[row])),\(step)\n")
    }
    try file.commit()
  }

  /// A name of its own for a run's files: a run may be called anything.
  private mutating func fileName(_ run: String) -> String {
    let allowed = run.unicodeScalars.map { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains(scalar))
        ? Character(scalar) : "_"
    }
    var name = String(allowed.prefix(80))
    if name.isEmpty || name.hasPrefix(".") { name = "run" + name }
    let plain = name
    var number = 2
    while !names.insert(name.lowercased()).inserted {
      name = "\(plain)-\(number)"
      number += 1
    }
    return name
  }
}

extension EvidenceTable {
  /// A chunk of some sequences, in the order in which they are named.
  package func chunk(of rows: [Int]) throws(IngestError) -> EvidenceChunk {
    var places: [RowReference] = []
    var number = 0
    for row in rows {
      while row >= start(ofChunk: number) + chunks[number].count { number += 1 }
      while row < start(ofChunk: number) { number -= 1 }
      places.append(
        RowReference(chunk: Int32(number), row: Int32(row - start(ofChunk: number))))
    }
    do throws(EvidenceShapeError) {
      return try ChunkGather.gather(places, from: chunks)
    } catch {
      throw IngestError(file: run.name, "\(error)")
    }
  }
}

/// Texts as TOML spells them.
enum TOMLText {
  static func string(_ text: String) -> String {
    var json = JSONText()
    json.string(text)
    return String(decoding: json.bytes, as: UTF8.self)
      .replacing("\u{7F}", with: "\\u007F")
  }

  static func key(_ text: String) -> String {
    let isBare =
      !text.isEmpty
      && text.utf8.allSatisfy {
        (65...90).contains($0) || (97...122).contains($0) || (48...57).contains($0)
          || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
    return isBare ? text : string(text)
  }
}
