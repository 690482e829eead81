import ScoringCore

extension Opening {
  /// Adds the runs of a manifest.
  mutating func add(_ manifest: Manifest) throws(IngestError) {
    manifests.append(manifest)
    formats[manifest.path] = .manifest
    for (index, named) in manifest.runs.enumerated() {
      var entry = named
      if let name = entry.seen {
        entry.run.seen = try SeenReader.read(
          try manifest.resolve(name, table: "run", index, key: "seen"))
      }
      guard let scores = entry.scores else {
        try addRun(entry, index, manifest, scores: nil)
        continue
      }
      let (table, path) = try self.scores(scores, entry, index, manifest)
      if entry.files.isEmpty {
        try addScores(table, path)
      } else {
        try addRun(entry, index, manifest, scores: (table, path))
      }
    }
  }

  /// The table of a run's score file.
  private mutating func scores(
    _ name: String, _ entry: Manifest.Entry, _ index: Int, _ manifest: Manifest
  ) throws(IngestError) -> (table: ScoreTable, path: String) {
    let path = try manifest.resolve(name, table: "run", index, key: "scores")
    var run = entry.run
    run.referenceValidationLoss = manifest.reference(of: run)?.validationLoss
    run.referencePrecision = manifest.reference(of: run)?.precision
    switch try load(path, partial: false, .target) {
    case .harness(let samples):
      notes.add(samples.notes)
      let (table, read) = try HarnessSamples.scores(
        samples, against: nil, run: run, options: options)
      notes.add(read)
      return (table, path)
    case .scores(let file):
      notes.add(file.notes)
      guard
        let table = file.tables.first(where: { $0.run.name == run.name }) ?? file.tables.first
      else {
        throw manifest.error(
          "run", index, "scores", "\(path) holds no scores", "write them with ezscope score")
      }
      return (table.of(run), path)
    default:
      throw manifest.error("run", index, "scores", "\(path) holds no scores", "name it in files")
    }
  }

  private mutating func addRun(
    _ entry: Manifest.Entry, _ index: Int, _ manifest: Manifest,
    scores: (table: ScoreTable, path: String)?
  ) throws(IngestError) {
    var files: [LoadedFile] = []
    for name in manifest.common {
      files.append(try evidence(name, manifest, table: "", 0, key: "common", .target))
    }
    var run = entry.run
    var reference: HarnessSamples?
    if let place = manifest.references.firstIndex(where: { $0.name == run.reference }) {
      run.referenceValidationLoss = manifest.references[place].validationLoss
      run.referencePrecision = manifest.references[place].precision
      for name in manifest.references[place].files {
        let file = try evidence(
          name, manifest, table: "reference", place, key: "files", .reference)
        if case .harness(let samples) = file { reference = samples } else { files.append(file) }
      }
    }
    for name in entry.files {
      let file = try evidence(name, manifest, table: "run", index, key: "files", .target)
      // Sums of whole texts cannot be joined with values of tokens.
      if case .harness(let samples) = file {
        return try addHarness(samples, against: reference, run: run)
      }
      files.append(file)
    }
    var frequencies: String?
    if let name = manifest.tokenFrequencies {
      frequencies = try manifest.resolve(name, table: "", 0, key: "token_frequencies")
    }
    try addEvidence(
      try merged(files.compactMap(\.evidence), naming: entry.files.joined(separator: ", ")),
      run: run, frequencies: frequencies, scores: scores)
  }

  private mutating func evidence(
    _ name: String, _ manifest: Manifest, table: String, _ index: Int, key: String,
    _ side: ModelSide
  ) throws(IngestError) -> LoadedFile {
    let path = try manifest.resolve(name, table: table, index, key: key)
    let file = try loadOnce(path, side)
    switch file {
    case .evidence, .harness: return file
    default:
      throw manifest.error(table, index, key, "\(path) is not evidence", "name evidence files here")
    }
  }
}
