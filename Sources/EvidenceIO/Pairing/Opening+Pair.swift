import ScoringCore

extension LoadedFile {
  /// The evidence, if it is any.
  var evidence: EvidenceFile? { if case .evidence(let file) = self { file } else { nil } }
}

extension Opening {
  /// Reads the lists of members and non-members, except files that are evidence themselves.
  mutating func readMembership() throws(IngestError) {
    let evidence = Set(sources.all)
    func lists(_ paths: [String]) -> [String] {
      paths.filter { path in
        !evidence.contains(path) && !evidence.contains { Folder.contains($0, path) }
      }
    }
    let (members, nonMembers) = (lists(sources.members), lists(sources.nonMembers))
    guard !members.isEmpty || !nonMembers.isEmpty else { return }
    let options = options
    let lists = try MembershipLists(members: members, nonMembers: nonMembers) {
      path throws(IngestError) in
      var other = Opening(EvidenceSources([]), options: options, standardInput: -1)
      guard case .evidence(let file) = try other.load(path, partial: true, .target) else {
        throw IngestError(file: path, "is not evidence", remedy: "name ids, texts or evidence")
      }
      return file
    }
    membership = lists
  }

  /// Adds the run of a target's dumps and a reference's.
  mutating func addPair() throws(IngestError) {
    guard !sources.targets.isEmpty else {
      throw IngestError(
        file: sources.references.joined(separator: ", "), "is a reference without a target",
        remedy: "name the fine-tuned model's dump with --target")
    }
    try addPair(
      try files(sources.targets, .target), named: sources.targets,
      try files(sources.references, .reference), named: sources.references)
  }

  /// Adds the run of two files whose names say which is the target and which the reference.
  ///
  /// - Returns: false if one of them is not evidence of one model alone.
  mutating func addNamedPair(_ pair: SidePairs.Pair) throws(IngestError) -> Bool {
    let before = notes
    guard case .evidence(let target) = try load(pair.target, partial: false, .target),
      case .evidence(let reference) = try load(pair.reference, partial: false, .reference),
      target.isOfOneModel, reference.isOfOneModel
    else {
      notes = before
      return false
    }
    notes.warnings.append(
      Warning(
        file: pair.target,
        "paired with \(pair.reference) by their names; the same as --target "
          + "\(ForeignFile.quoted(pair.target)) --reference \(ForeignFile.quoted(pair.reference))"))
    var files: [EvidenceFile] = []
    for (file, side) in [(target, ModelSide.target), (reference, .reference)] {
      files.append(try file.of(side))
    }
    try addPair(
      [.evidence(files[0])], named: [pair.target], [.evidence(files[1])], named: [pair.reference])
    return true
  }

  private mutating func addPair(
    _ targets: [LoadedFile], named targetNames: [String], _ references: [LoadedFile],
    named referenceNames: [String]
  ) throws(IngestError) {
    var run = Run(name: targetNames.map { ScoresCSVReader.runName($0) }.joined(separator: "+"))
    if !references.isEmpty {
      run.reference = referenceNames.map { ScoresCSVReader.runName($0) }.joined(separator: "+")
    }
    let samples = (targets + references).compactMap(\.harness)
    if !samples.isEmpty {
      guard targets.count == 1, let target = targets[0].harness, references.count <= 1,
        samples.count == targets.count + references.count
      else {
        throw IngestError(
          file: samples[0].path, "holds sums of whole texts, which pair with one file of the same",
          remedy: "name one file of samples as --target and one as --reference")
      }
      return try addHarness(target, against: references.first?.harness, run: run)
    }
    let distinct = try FileUnion.distinguish(
      targets.compactMap(\.evidence), references.compactMap(\.evidence))
    var sides = [try FileUnion.join(distinct.targets, options: options)]
    if !references.isEmpty {
      sides.append(try FileUnion.join(distinct.references, options: options))
    }
    for side in sides { notes.add(side.notes) }
    let names = targetNames.joined(separator: ", ")
    try addEvidence(try merged(sides, naming: names), run: run)
  }

  /// The files of one side, each seen as that side's.
  private mutating func files(
    _ paths: [String], _ side: ModelSide
  ) throws(IngestError) -> [LoadedFile] {
    var result: [LoadedFile] = []
    var expanded: [String] = []
    for path in paths { expanded += try files(in: path) }
    for path in expanded {
      switch try load(path, partial: false, side) {
      case .harness(let samples):
        notes.add(samples.notes)
        result.append(.harness(samples))
      case .evidence(let file):
        var file = try file.of(side)
        if let label = label(ofFile: path) { file = try file.labelled(label) }
        result.append(.evidence(file))
      case .scores, .manifest:
        throw IngestError(
          file: path, "is \(formats[path]?.rawValue ?? "no evidence"), not what a model said",
          remedy: "name dumps or evidence with --\(side.rawValue)")
      }
    }
    return result
  }

  /// A folder's evidence files, or the path itself.
  private func files(in path: String) throws(IngestError) -> [String] {
    guard path != "-", Folder.isFolder(path) else { return [path] }
    let names = try Folder.evidenceFiles(path, dumps: true)
    guard !names.isEmpty else {
      throw IngestError(
        .noInput, file: path, "holds no evidence files", remedy: "name a dump, or a folder of dumps"
      )
    }
    return names.map { Folder.join(path, $0) }
  }

  /// Keeps a table whose rows are all members, or all non-members, until its counterpart is read.
  mutating func addLabelled(_ scores: ScoreFile, _ label: Label) throws(IngestError) {
    let other: Label = label == .member ? .nonMember : .member
    for table in scores.tables {
      if let row = table.labels.firstIndex(of: other) {
        throw IngestError(
          file: scores.path, field: "label",
          "\"\(table.ids[row])\" is labelled \(other.name), but the file is named as \(label.name)s'",
          remedy: "leave out --members and --non-members where a table has labels")
      }
      labelled.append(
        ScoreTable(
          run: table.run, ids: table.ids, labels: table.labels.map { _ in label },
          columns: table.columns))
    }
  }

  /// The label of a whole file, if it or its folder is named as one of members or non-members.
  func label(ofFile path: String) -> Label? {
    func names(_ paths: [String]) -> Bool {
      paths.contains { $0 == path || Folder.contains($0, path) }
    }
    return names(sources.members) ? .member : names(sources.nonMembers) ? .nonMember : nil
  }
}

extension LoadedFile {
  /// The samples of lm-evaluation-harness, if it is any.
  fileprivate var harness: HarnessSamples? {
    if case .harness(let samples) = self { samples } else { nil }
  }
}

extension Folder {
  /// Whether a path names something right in a folder.
  static func contains(_ folder: String, _ path: String) -> Bool {
    let name = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    return parent(path) == name
  }
}
