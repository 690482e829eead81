extension Opening {
  /// Adds what a folder holds: its manifest's runs, or each of its files as a run.
  mutating func addFolder(_ path: String) throws(IngestError) {
    let manifest = Folder.join(path, Manifest.fileName)
    if Folder.exists(manifest) { return try add(try Manifest(path: manifest)) }
    var skipped: [String] = []
    let before = runs.count
    var files = try Folder.evidenceFiles(path).map { Folder.join(path, $0) }
    if files.isEmpty { files = try Folder.resultFiles(path) }
    for pair in SidePairs(files).pairs {
      do throws(IngestError) {
        guard try addNamedPair(pair) else { continue }
      } catch {
        if error.kind == .cancelled || options.strict { throw error }
        skipped.append(error.description)
      }
      files.removeAll { $0 == pair.target || $0 == pair.reference }
    }
    for file in files {
      do throws(IngestError) {
        try add(file)
      } catch {
        if error.kind == .cancelled || options.strict { throw error }
        skipped.append(error.description)
      }
    }
    guard runs.count > before else {
      throw IngestError(
        .noInput, file: path,
        skipped.first
          ?? "holds neither \(Manifest.fileName) nor evidence (.jsonl, .safetensors, .csv)",
        remedy: "name an evidence file, or a folder with \(Manifest.fileName)")
    }
    notes.skippedFiles += skipped.count
    for problem in skipped { notes.warnings.append(Warning(file: path, "left out " + problem)) }
  }
}
