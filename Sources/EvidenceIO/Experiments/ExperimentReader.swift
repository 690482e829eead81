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
    let read = experiment.runs.reduce(0) { $0 + $1.count }
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
    try opening.joinShards()
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
  var cache: [String: LoadedFile] = [:]
  /// Shown the blocks of the one file there is to open.
  private var watch: BlockWatch?
  /// Tables of scores of one class each, named as its members' or non-members'.
  var labelled: [ScoreTable] = []
  /// Tables that may be parts of one run.
  private var shards = ScoreShards()
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
  ///
  /// - Parameter scores: scores of all its sequences and their file, where these hold the tokens of
  ///   some.
  mutating func addEvidence(
    _ file: EvidenceFile, run: Run, frequencies: String? = nil,
    scores: (table: ScoreTable, path: String)? = nil
  ) throws(IngestError) {
    var file = file
    var all = scores?.table
    if let membership {
      file = try membership.labelled(file, &notes)
      if let scores { all = try membership.labelled(scores.table, scores.path, &notes) }
    }
    let table = EvidenceTable(
      run: run,
      chunks: try SequenceMetadataReader.read(
        file.chunks, file: file.path, notes: &notes),
      tokenFrequencies: try tokenFrequencies(options.tokenFrequencies ?? frequencies),
      scores: all)
    if let all, let path = scores?.path { noteLabels(table, all, path) }
    runs.append(.evidence(table))
  }

  /// Says where a score file calls a member what the evidence calls a non-member.
  private mutating func noteLabels(_ table: EvidenceTable, _ scores: ScoreTable, _ path: String) {
    let count = table.scores?.contradictions(in: table.labels) ?? 0
    guard count > 0 else { return }
    notes.warnings.append(
      Warning(
        file: path,
        "labels \(count) sequences otherwise than the evidence of \(table.run.name), whose labels "
          + "count; write both from the same list"))
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
      for table in scores.tables {
        try addScores(table, path)
        shards.add(run: runs.count - 1, path: path)
      }
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

  /// Makes one run of score files that hold it in parts.
  mutating func joinShards() throws(IngestError) { runs = try shards.joined(runs) }

  /// Runs of different inputs may have one name: later ones get a number.
  private func uniquelyNamed() -> [Experiment.RunSource] {
    var seen: Set<String> = []
    return runs.map { source in
      var run = source.run
      let name = run.name
      var number = 2
      while !seen.insert(run.name).inserted {
        run.name = "\(name) (\(number))"
        number += 1
      }
      guard run.name != name else { return source }
      switch source {
      case .evidence(let table): return .evidence(table.of(run))
      case .scores(let table): return .scores(table.of(run))
      }
    }
  }
}
