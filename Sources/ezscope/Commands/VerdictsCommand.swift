import Analysis
import ArgumentParser
import Basics
import EvidenceIO
import Reports
import ScoringCore
import TriageStore

/// `verdicts`: what people decided, out to a file and in from one.
struct VerdictsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verdicts",
    abstract: "Export verdicts and notes on sequences, or import them.",
    discussion: """
      Verdicts are kept beside the evidence in \(StorePlace.fileName), or in the user's data \
      folder if that place cannot be written. Evidence is never changed. Files hold the columns \
      id, verdict, note, time and author; a file to import needs id and verdict or note.
      """,
    subcommands: [Export.self, Import.self])

  /// How a file of verdicts is written, said by an option or by the file's name.
  static func format(
    _ option: VerdictFiles.Format?, file: String
  ) -> VerdictFiles.Format? {
    option ?? VerdictFiles.Format(fileName: file)
  }
}

extension VerdictFiles.Format: ExpressibleByArgument {}

extension VerdictsCommand {
  /// `verdicts import`: a file's verdicts into the store.
  struct Import: ParsableCommand {
    /// Who is right where file and store disagree.
    enum Conflict: String, CaseIterable, ExpressibleByArgument {
      case keep, take, newest

      var policy: VerdictMerge.Policy {
        switch self {
        case .keep: .keep
        case .take: .replace
        case .newest: .newest
        }
      }
    }

    static let configuration = CommandConfiguration(
      abstract: "Bring a file's verdicts and notes in; a JSON summary says what became of them.")

    @Argument(help: "The experiment folder or evidence files.") var paths: [String] = []
    @OptionGroup var dumps: DumpOptions
    @Option(help: "The file of verdicts, CSV or JSON lines; - is standard input.")
    var from: String
    @Option(help: "csv or jsonl; by default what the file's name says, or else csv.")
    var format: VerdictFiles.Format?
    @Option(
      help: """
        Where both say something else: keep what is stored, take what the file says, or newest, \
        whichever was decided later.
        """)
    var onConflict = Conflict.keep

    func validate() throws {
      guard from != "-" || !paths.contains("-") else {
        throw ValidationError("evidence and verdicts cannot both come from -; name a file")
      }
    }

    func run() throws {
      let console = Console()
      let bytes = try CommandError.translating { () throws(IngestError) in
        try WholeFile.read(from)
      }
      let format = VerdictsCommand.format(format, file: from) ?? .csv
      let file = VerdictFiles.read(bytes, as: format, file: from)
      for defect in file.defects { console.note("left out: \(defect)") }
      if !file.ignoredColumns.isEmpty {
        console.note("columns not used: \(file.ignoredColumns.joined(separator: ", "))")
      }
      guard !file.records.isEmpty || file.defects.isEmpty else {
        throw CommandError(
          .badData,
          "\(from): holds no verdict; name its columns id, verdict and note, or give --format")
      }
      let judged = try JudgedFiles(try dumps.someSources(paths), console)
      let ids = judged.experiment.ids
      let store = try judged.store()
      let merge = try CommandError.translating { () throws(VerdictStoreError) in
        let merge = VerdictMerge(
          file.records, into: try store.load(), policy: onConflict.policy,
          by: VerdictStore.defaultAuthor, at: VerdictStore.now, isKnown: ids.contains)
        if let step = merge.step { _ = try store.append(step) }
        return merge
      }
      for notice in store.notices { console.note(notice) }
      _ = store.finish(within: 2)
      let report = ImportReport(file: file, merge: merge, store: store.path)
      try ResultOutput.write(report.json.indented)
      // What could be read is stored; a script must know that it was not all.
      guard file.defects.isEmpty else {
        throw CommandError(
          .badData,
          "\(from): \(NumberFormat.counted(file.defects.count, "row")) left out; mend them and "
            + "import again")
      }
      console.suggest(.dashboard, of: paths)
    }
  }
}

/// What became of a file of verdicts.
private struct ImportReport {
  let file: VerdictImport
  let merge: VerdictMerge
  let store: String

  var json: JSON {
    .object([
      ("version", .int(1)), ("store", .string(store)), ("read", .int(file.records.count)),
      ("added", .int(merge.added)), ("same", .int(merge.same)),
      ("taken", .int(merge.conflicts.count(where: \.isTaken))),
      ("kept", .int(merge.conflicts.count { !$0.isTaken && !$0.isFilled })),
      ("merged", .int(merge.conflicts.count(where: \.isFilled))),
      ("conflicts", .list(merge.conflicts.map(Self.conflict))),
      ("unknown", .strings(merge.unknown)), ("left_out", .strings(file.defects)),
    ])
  }

  private static func conflict(_ conflict: VerdictMerge.Conflict) -> JSON {
    .object([
      ("id", .string(conflict.id)), ("stored", judgement(conflict.stored)),
      ("file", judgement(conflict.imported)), ("taken", .bool(conflict.isTaken)),
      ("merged", .bool(conflict.isFilled)),
    ])
  }

  private static func judgement(_ judgement: Judgement) -> JSON {
    .object([("verdict", .string(judgement.verdict.name)), ("note", .string(judgement.note))])
  }
}

/// The verdicts on evidence a command was given.
struct JudgedFiles {
  let experiment: TriageSubject
  let runs: [RunInput]

  init(_ sources: EvidenceSources, _ console: Console) throws(CommandError) {
    let opened = try InputOptions.read(sources, console)
    try opened.notes.report(to: console, strict: false)
    runs = RunInput.all(of: opened.experiment)
    experiment = TriageSubject(paths: sources.all, runs: opened.experiment.runs)
  }

  func entries() throws(CommandError) -> [String: VerdictStore.Entry] {
    try CommandError.translating { () throws(VerdictStoreError) in try experiment.stored() }
  }

  func store() throws(CommandError) -> VerdictStore {
    try CommandError.translating { () throws(VerdictStoreError) in
      try experiment.openStore(experiment.fingerprint)
    }
  }
}

extension CommandError {
  /// Runs something that reads or writes verdicts.
  static func translating<Result>(
    _ body: () throws(VerdictStoreError) -> Result
  ) throws(CommandError) -> Result {
    do {
      return try body()
    } catch {
      switch error.kind {
      case .corrupt, .newerSchema: throw CommandError(.badData, "\(error)")
      default: throw CommandError(.inputOutput, "\(error)")
      }
    }
  }
}
