import Basics
import Glibc
import ScoringCore

/// What paths given by a user hold, ready to score or to show.
package struct OpenedExperiment: Sendable {
  /// The runs.
  package var experiment: Experiment
  /// Records left out, and oddities.
  package var notes: IngestNotes
  /// The format of each file that was read.
  package var formats: [String: FileFormat] = [:]
}

/// Opens evidence, scores, folders and experiments.
package enum ExperimentReader {
  /// Opens paths: a folder, a manifest, an evidence or score file, or standard input (`-`).
  ///
  /// Several paths give the runs of all, in order.
  package static func open(
    _ paths: [String], options: IngestOptions = IngestOptions(), standardInput: Int32 = STDIN_FILENO
  ) throws(IngestError) -> OpenedExperiment {
    var opening = Opening(options: options, standardInput: standardInput)
    for path in paths { try opening.add(path) }
    guard !opening.runs.isEmpty else {
      throw IngestError(
        .noInput, file: paths.first ?? "", "holds no runs", remedy: "name evidence or score files")
    }
    return opening.finish(paths)
  }

  /// Opens one path.
  package static func open(
    _ path: String, options: IngestOptions = IngestOptions()
  ) throws(IngestError) -> OpenedExperiment {
    try open([path], options: options)
  }
}

/// What one file turned out to hold.
enum LoadedFile {
  case evidence(EvidenceFile)
  case scores(ScoreFile)
  case manifest(Manifest)
}

/// The state of opening paths: files are read once, however many runs name them.
private struct Opening {
  let options: IngestOptions
  let standardInput: Int32
  var runs: [Experiment.RunSource] = []
  var notes: IngestNotes
  var formats: [String: FileFormat] = [:]
  var manifests: [Manifest] = []
  private var cache: [String: EvidenceFile] = [:]
  private var frequencies: [String: TokenFrequencies] = [:]

  init(options: IngestOptions, standardInput: Int32) {
    self.options = options
    self.standardInput = standardInput
    notes = IngestNotes(limit: options.listedDefects)
  }

  mutating func add(_ path: String) throws(IngestError) {
    if path != "-" && Folder.isFolder(path) { return try addFolder(path) }
    try add(try load(path, partial: false), path)
  }

  private mutating func add(_ file: LoadedFile, _ path: String) throws(IngestError) {
    switch file {
    case .manifest(let manifest): try add(manifest)
    case .scores(let scores):
      notes.add(scores.notes)
      runs.append(contentsOf: scores.tables.map { .scores($0) })
    case .evidence(let evidence):
      notes.add(evidence.notes)
      try requireLogprobs(evidence.chunks, path)
      var run = evidence.run ?? Run(name: "")
      run.name = ScoresCSVReader.runName(path)
      runs.append(.evidence(try table(run, evidence.chunks, file: path, frequencies: nil)))
    }
  }

  /// A run's table, with everything read that its attacks may ask for.
  private mutating func table(
    _ run: Run, _ chunks: [EvidenceChunk], file: String, frequencies path: String?
  ) throws(IngestError) -> EvidenceTable {
    EvidenceTable(
      run: run, chunks: try SequenceFacts.read(chunks, file: file, notes: &notes),
      tokenFrequencies: try tokenFrequencies(options.tokenFrequencies ?? path))
  }

  private mutating func tokenFrequencies(
    _ path: String?
  ) throws(IngestError) -> TokenFrequencies? {
    guard let path else { return nil }
    if let known = frequencies[path] { return known }
    let read = try TokenFrequencyReader.read(path)
    frequencies[path] = read
    return read
  }

  private func requireLogprobs(
    _ chunks: [EvidenceChunk], _ path: String
  ) throws(IngestError) {
    let has = chunks.contains {
      $0.columns.target.logprobs != nil || $0.columns.reference.logprobs != nil
    }
    guard !has else { return }
    throw IngestError(
      file: path, "holds no log-probabilities",
      remedy: "name the file in \(Manifest.fileName) together with those that hold them")
  }

  private mutating func addFolder(_ path: String) throws(IngestError) {
    let manifest = Folder.join(path, Manifest.fileName)
    if Folder.exists(manifest) { return try add(try Manifest(path: manifest)) }
    var skipped: [String] = []
    let before = runs.count
    for name in try Folder.evidenceFiles(path) {
      do throws(IngestError) {
        try add(Folder.join(path, name))
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
    for problem in skipped { notes.warnings.append(Warning(file: path, "left out " + problem)) }
  }

  private mutating func add(_ manifest: Manifest) throws(IngestError) {
    manifests.append(manifest)
    formats[manifest.path] = .manifest
    for (index, entry) in manifest.runs.enumerated() {
      if let scores = entry.scores {
        try addScores(scores, entry, index, manifest)
      } else {
        try addRun(entry, index, manifest)
      }
    }
  }

  private mutating func addScores(
    _ name: String, _ entry: Manifest.Entry, _ index: Int, _ manifest: Manifest
  ) throws(IngestError) {
    let path = try manifest.resolve(name, table: "run", index, key: "scores")
    guard case .scores(let file) = try load(path, partial: false) else {
      throw manifest.error("run", index, "scores", "\(path) holds no scores", "name it in files")
    }
    notes.add(file.notes)
    guard
      let table = file.tables.first(where: { $0.run.name == entry.run.name }) ?? file.tables.first
    else { return }
    var run = entry.run
    run.referenceValidationLoss = manifest.reference(of: run)?.validationLoss
    run.referencePrecision = manifest.reference(of: run)?.precision
    runs.append(
      .scores(ScoreTable(run: run, ids: table.ids, labels: table.labels, columns: table.columns)))
  }

  private mutating func addRun(
    _ entry: Manifest.Entry, _ index: Int, _ manifest: Manifest
  ) throws(IngestError) {
    var files: [EvidenceFile] = []
    for name in manifest.common {
      files.append(try evidence(name, manifest, table: "", 0, key: "common"))
    }
    var run = entry.run
    if let place = manifest.references.firstIndex(where: { $0.name == run.reference }) {
      let reference = manifest.references[place]
      run.referenceValidationLoss = reference.validationLoss
      run.referencePrecision = reference.precision
      for name in reference.files {
        files.append(try evidence(name, manifest, table: "reference", place, key: "files"))
      }
    }
    for name in entry.files {
      files.append(try evidence(name, manifest, table: "run", index, key: "files"))
    }
    let (chunks, merged) = try RunMerge.merge(files, options: options)
    notes.add(merged)
    try requireLogprobs(chunks, entry.files.joined(separator: ", "))
    var frequencies: String?
    if let name = manifest.tokenFrequencies {
      frequencies = try manifest.resolve(name, table: "", 0, key: "token_frequencies")
    }
    let names = entry.files.joined(separator: ", ")
    runs.append(.evidence(try table(run, chunks, file: names, frequencies: frequencies)))
  }

  private mutating func evidence(
    _ name: String, _ manifest: Manifest, table: String, _ index: Int, key: String
  ) throws(IngestError) -> EvidenceFile {
    let path = try manifest.resolve(name, table: table, index, key: key)
    if let known = cache[path] { return known }
    guard case .evidence(let file) = try load(path, partial: true) else {
      throw manifest.error(table, index, key, "\(path) is not evidence", "name evidence files here")
    }
    notes.add(file.notes)
    cache[path] = file
    return file
  }

  private mutating func load(_ path: String, partial: Bool) throws(IngestError) -> LoadedFile {
    var stream = try ByteStream.open(path, standardInput: standardInput)
    let format = try FormatDetection.detect(try stream.peek(FormatDetection.prefix), path: path)
    formats[path] = format
    switch format {
    case .evidenceJSONL:
      return .evidence(try JSONLReader.read(stream, partial: partial, options: options))
    case .scoresCSV: return .scores(try ScoresCSVReader.read(stream, options: options))
    case .scoresJSONL: return .scores(try ScoresJSONLReader.read(stream, options: options))
    case .manifest: return .manifest(try Manifest(path: path))
    case .safetensors:
      guard path != "-", !path.hasSuffix(".gz") else {
        throw IngestError(
          file: path, "is safetensors, which cannot be read from a pipe or compressed",
          remedy: "save it as a file and name that")
      }
      return .evidence(try SafetensorsReader.read(path, options: options))
    }
  }

  func finish(_ paths: [String]) -> OpenedExperiment {
    let first = manifests.count == 1 && paths.count == 1 ? manifests.first : nil
    let name = first.map(\.name) ?? ""
    let experiment = Experiment(
      name: !name.isEmpty
        ? name : paths.map { ScoresCSVReader.runName($0) }.joined(separator: ", "),
      summary: first?.summary ?? "",
      primary: manifests.lazy.map(\.primary).first { !$0.isEmpty } ?? [], runs: uniquelyNamed())
    return OpenedExperiment(experiment: experiment, notes: notes, formats: formats)
  }

  /// Runs of different inputs may have one name: later ones get a number.
  private func uniquelyNamed() -> [Experiment.RunSource] {
    var seen: Set<String> = []
    return runs.map { source in
      var run =
        switch source {
        case .evidence(let table): table.run
        case .scores(let table): table.run
        }
      let name = run.name
      var number = 2
      while !seen.insert(run.name).inserted {
        run.name = "\(name) (\(number))"
        number += 1
      }
      guard run.name != name else { return source }
      switch source {
      case .evidence(let table):
        return .evidence(
          EvidenceTable(
            run: run, chunks: table.chunks, tokenFrequencies: table.tokenFrequencies))
      case .scores(let table):
        return .scores(
          ScoreTable(run: run, ids: table.ids, labels: table.labels, columns: table.columns))
      }
    }
  }
}

extension Manifest {
  /// The path of a file the manifest names, which must exist.
  func resolve(
    _ name: String, table: String, _ index: Int, key: String
  ) throws(IngestError) -> String {
    let folder = Folder.parent(path)
    let resolved = name.hasPrefix("/") ? name : Folder.join(folder, name)
    guard !Folder.exists(resolved) else { return resolved }
    let names = (try? Folder.evidenceFiles(folder)) ?? []
    var failure = error(
      table, index, key, "there is no file \"\(name)\"",
      nearestWordHint(name, in: names) ?? "put it beside the manifest, or correct the name")
    failure.kind = .noInput
    throw failure
  }
}

/// Looking at folders.
enum Folder {
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  static func join(_ folder: String, _ name: String) -> String {
    folder.isEmpty ? name : folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  static func parent(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// The names of files that may hold evidence or scores, sorted.
  static func evidenceFiles(_ folder: String) throws(IngestError) -> [String] {
    guard let handle = opendir(folder.isEmpty ? "." : folder) else {
      throw IngestError(
        .noInput, file: folder, "cannot be listed (\(SystemResources.lastError))",
        remedy: "check its permissions")
    }
    defer { closedir(handle) }
    let endings = [".jsonl", ".jsonl.gz", ".safetensors", ".csv", ".csv.gz"]
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if !name.hasPrefix("."), endings.contains(where: { name.hasSuffix($0) }) {
        names.append(name)
      }
    }
    return names.sorted()
  }
}

extension Manifest {
  /// The reference a run names, if the manifest describes it.
  fileprivate func reference(of run: Run) -> Reference? {
    references.first { $0.name == run.reference }
  }
}
