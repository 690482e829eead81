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

  /// Whether a file of a folder, or more than one record of a hundred, had to be left out.
  package var isIncomplete: Bool {
    let read = experiment.runs.reduce(0) { sum, source in
      switch source {
      case .evidence(let table): sum + table.count
      case .scores(let table): sum + table.count
      }
    }
    let left = notes.defects.total
    return notes.skippedFiles > 0 || left * 100 > left + read
  }
}

/// Opens evidence, scores, folders and experiments.
package enum ExperimentReader {
  /// Opens paths: a folder, a manifest, an evidence or score file, or standard input (`-`).
  ///
  /// Several paths give the runs of all, in order.
  package static func open(
    _ paths: [String], options: IngestOptions = IngestOptions(), standardInput: Int32 = STDIN_FILENO
  ) throws(IngestError) -> OpenedExperiment {
    try open(EvidenceSources(paths), options: options, standardInput: standardInput)
  }

  /// Opens what a user named: runs as they are, the dumps of two models, labels from elsewhere.
  package static func open(
    _ sources: EvidenceSources, options: IngestOptions = IngestOptions(),
    standardInput: Int32 = STDIN_FILENO
  ) throws(IngestError) -> OpenedExperiment {
    var options = options
    options.columns = sources.columns
    options.aggregate = sources.aggregate
    var opening = Opening(sources, options: options, standardInput: standardInput)
    try opening.readMembership()
    try opening.addAll(sources.paths)
    if !sources.targets.isEmpty || !sources.references.isEmpty { try opening.addPair() }
    guard !opening.runs.isEmpty else {
      throw IngestError(
        .noInput, file: sources.all.first ?? "", "holds no runs",
        remedy: "name evidence or score files")
    }
    return opening.finish(sources.paths + sources.targets)
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
  case harness(HarnessSamples)
  case scores(ScoreFile)
  case manifest(Manifest)
}

/// The state of opening paths: files are read once, however many runs name them.
struct Opening {
  let sources: EvidenceSources
  let options: IngestOptions
  let standardInput: Int32
  var runs: [Experiment.RunSource] = []
  var notes: IngestNotes
  var formats: [String: FileFormat] = [:]
  var manifests: [Manifest] = []
  private var frequencies: [String: TokenFrequencies] = [:]
  /// Files that were read, by path and side.
  private var cache: [String: LoadedFile] = [:]
  /// Shown the blocks of the one file there is to open.
  private var watch: BlockWatch?
  /// Tables of scores of one class each, named as its members' or non-members'.
  var labelled: [ScoreTable] = []
  /// Labels kept in other files.
  var membership: MembershipLists?

  init(_ sources: EvidenceSources, options: IngestOptions, standardInput: Int32) {
    self.sources = sources
    var options = options
    if sources.isOneFile { watch = options.watchBlock }
    options.watchBlock = nil
    self.options = options
    self.standardInput = standardInput
    notes = IngestNotes(limit: options.listedDefects)
  }

  /// Adds paths; two of which the names say that they are a target and its reference are a pair.
  mutating func addAll(_ paths: [String]) throws(IngestError) {
    var left = paths
    for pair in SidePairs(paths.filter { $0 != "-" && !Folder.isFolder($0) }).pairs {
      guard try addNamedPair(pair) else { continue }
      left.removeAll { $0 == pair.target || $0 == pair.reference }
    }
    for path in left { try add(path) }
    if let table = ScoreTable.joined(labelled) { runs.append(.scores(table)) }
  }

  mutating func add(_ path: String) throws(IngestError) {
    if path != "-" && Folder.isFolder(path) {
      watch = nil
      return try addFolder(path)
    }
    try add(try load(path, partial: false, .target), path)
  }

  /// Adds a run of evidence, labelled if labels are kept elsewhere.
  mutating func addEvidence(
    _ file: EvidenceFile, run: Run, frequencies: String? = nil
  ) throws(IngestError) {
    var file = file
    if let membership { file = try membership.labelled(file, &notes) }
    runs.append(
      .evidence(try table(run, file.chunks, file: file.path, frequencies: frequencies)))
  }

  /// Adds a run of scores, labelled if labels are kept elsewhere.
  mutating func addScores(_ table: ScoreTable, _ path: String) throws(IngestError) {
    let table = try membership?.labelled(table, path, &notes) ?? table
    runs.append(.scores(table))
  }

  /// Adds a run of whole-text log-likelihoods.
  mutating func addHarness(
    _ target: HarnessSamples, against reference: HarnessSamples?, run: Run
  ) throws(IngestError) {
    let (table, merged) = try HarnessSamples.scores(
      target, against: reference, run: run, options: options)
    notes.add(merged)
    try addScores(table, target.path)
  }

  private mutating func add(_ file: LoadedFile, _ path: String) throws(IngestError) {
    switch file {
    case .manifest(let manifest): try add(manifest)
    case .scores(let scores):
      notes.add(scores.notes)
      if let label = label(ofFile: path) { return try addLabelled(scores, label) }
      for table in scores.tables { try addScores(table, path) }
    case .harness(let samples):
      notes.add(samples.notes)
      try addHarness(samples, against: nil, run: Run(name: ScoresCSVReader.runName(path)))
    case .evidence(let evidence):
      notes.add(evidence.notes)
      try requireLogprobs(evidence.chunks, path)
      var run = evidence.run ?? Run(name: "")
      run.name = ScoresCSVReader.runName(path)
      try addEvidence(evidence, run: run)
    }
  }

  /// A run's table, with everything read that its attacks may ask for.
  private mutating func table(
    _ run: Run, _ chunks: [EvidenceChunk], file: String, frequencies path: String?
  ) throws(IngestError) -> EvidenceTable {
    EvidenceTable(
      run: run, chunks: try SequenceMetadataReader.read(chunks, file: file, notes: &notes),
      tokenFrequencies: try tokenFrequencies(options.tokenFrequencies ?? path))
  }

  private mutating func tokenFrequencies(
    _ path: String?
  ) throws(IngestError) -> TokenFrequencies? {
    guard let path else { return nil }
    if let known = frequencies[path] { return known }
    let read = try TokenFrequencyReader.read(path, mayWait: path == options.tokenFrequencies)
    frequencies[path] = read
    return read
  }

  func requireLogprobs(
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

  private mutating func add(_ manifest: Manifest) throws(IngestError) {
    manifests.append(manifest)
    formats[manifest.path] = .manifest
    for (index, named) in manifest.runs.enumerated() {
      var entry = named
      if let name = entry.seen {
        entry.run.seen = try SeenReader.read(
          try manifest.resolve(name, table: "run", index, key: "seen"))
      }
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
    let loaded = try load(path, partial: false, .target)
    if case .harness(let samples) = loaded {
      notes.add(samples.notes)
      return try addHarness(samples, against: nil, run: entry.run)
    }
    guard case .scores(let file) = loaded else {
      throw manifest.error("run", index, "scores", "\(path) holds no scores", "name it in files")
    }
    notes.add(file.notes)
    guard
      let table = file.tables.first(where: { $0.run.name == entry.run.name }) ?? file.tables.first
    else { return }
    var run = entry.run
    run.referenceValidationLoss = manifest.reference(of: run)?.validationLoss
    run.referencePrecision = manifest.reference(of: run)?.precision
    try addScores(
      ScoreTable(run: run, ids: table.ids, labels: table.labels, columns: table.columns), path)
  }

  private mutating func addRun(
    _ entry: Manifest.Entry, _ index: Int, _ manifest: Manifest
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
      run: run, frequencies: frequencies)
  }

  /// The sequences that all files of a run have, with the columns of all.
  mutating func merged(
    _ files: [EvidenceFile], naming names: String
  ) throws(IngestError) -> EvidenceFile {
    let (chunks, merged) = try RunMerge.merge(files, options: options)
    notes.add(merged)
    try requireLogprobs(chunks, names)
    let hasOwnIDs = files.isEmpty || files.contains(where: \.hasOwnIDs)
    return EvidenceFile(path: names, chunks: chunks, run: nil, notes: merged, hasOwnIDs: hasOwnIDs)
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

  /// Reads a file unless it was read before.
  mutating func loadOnce(_ path: String, _ side: ModelSide) throws(IngestError) -> LoadedFile {
    let key = side.rawValue + " " + path
    if let known = cache[key] { return known }
    let file = try load(path, partial: true, side)
    switch file {
    case .evidence(let evidence): notes.add(evidence.notes)
    case .harness(let samples): notes.add(samples.notes)
    default: break
    }
    cache[key] = file
    return file
  }

  mutating func load(
    _ path: String, partial: Bool, _ side: ModelSide
  ) throws(IngestError) -> LoadedFile {
    let watch = watch
    self.watch = nil
    var stream = try ByteStream.open(
      path, mayWait: sources.named.contains(path), standardInput: standardInput)
    let head = try stream.peek(FormatDetection.prefix)
    let detected = try FormatDetection.detect(head, path: path, columns: options.columns)
    let (format, converter) = (detected.format, detected.converter)
    formats[path] = format
    switch format {
    case .evidenceJSONL:
      var options = options
      options.watchBlock = watch
      return .evidence(
        try JSONLReader.read(
          stream, .evidence(partial: partial), converter: converter, options: options))
    case .scoresCSV: return .scores(try ScoresCSVReader.read(stream, options: options))
    case .scoresJSONL:
      return .scores(try ScoresJSONLReader.read(stream, converter: converter, options: options))
    case .results: return .scores(try ResultDocument.read(stream, options: options))
    case .helm:
      return .evidence(try HELMScenarioState.read(stream, side: side, options: options))
    case .texts:
      let labels = path == "-" ? [] : try MembershipLists(texts: path).textLabels
      throw FileFormat.noLogprobs(path, labels)
    case .manifest: return .manifest(try Manifest(path: path))
    case .vllm, .tensorRT, .tinker, .completions, .together, .sglang, .tgi, .flat, .answers:
      return .evidence(
        try JSONLReader.read(stream, .dump(side), converter: converter, options: options))
    case .harness:
      return .harness(try HarnessSamples.read(stream, converter: converter, options: options))
    case .leakPro: return .scores(try LeakProResultReader.read(stream, options: options))
    case .npz:
      try requireFile(path, format)
      if let scores = try NpzScores.read(path, options: options) { return .scores(scores) }
      return .evidence(try NpzReader.read(path, side: side, options: options))
    case .safetensors:
      try requireFile(path, format)
      return .evidence(try SafetensorsReader.read(path, options: options))
    }
  }

  /// Refuses a pipe or a compressed file where parts are read out of order.
  private func requireFile(_ path: String, _ format: FileFormat) throws(IngestError) {
    guard path != "-", !path.hasSuffix(".gz") else {
      throw IngestError(
        file: path, "is \(format.rawValue), which cannot be read from a pipe or compressed",
        remedy: "save it as a file and name that")
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
