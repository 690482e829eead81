import Basics
import ScoringCore

/// Why an input cannot be read, or an output not be written, at all.
package struct IngestError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What sort of failure it is, which decides a command's exit code.
  package enum Kind: Sendable {
    /// The data is not what it should be.
    case badData
    /// There is no such file, or it may not be read.
    case noInput
    /// Reading or writing failed.
    case inputOutput
    /// What was asked for would destroy an input, or makes no sense.
    case usage
    /// Somebody asked to stop.
    case cancelled
  }

  /// What sort of failure it is.
  package var kind: Kind
  /// The file as the user named it, `-` for standard input or output.
  package var file: String
  /// Where in the file.
  package var place: Defect.Place
  /// The field, tensor or key concerned; empty if the whole file is.
  package var field: String
  /// What is wrong.
  package var problem: String
  /// What to do about it.
  package var remedy: String

  package init(
    _ kind: Kind = .badData, file: String, at place: Defect.Place = .whole, field: String = "",
    _ problem: String, remedy: String = ""
  ) {
    self.kind = kind
    self.file = file
    self.place = place
    self.field = field
    self.problem = problem
    self.remedy = remedy
  }

  /// One line, `file:line: field: problem; remedy`, safe to print whatever the data holds.
  package var description: String {
    Defect(.syntax, file: file, place, field: field, problem, remedy: remedy).description
  }

  static func cancelled(_ file: String) -> IngestError {
    IngestError(.cancelled, file: file, "reading was stopped")
  }
}

/// What is to be done with a block of records when all before it have had their turn: told which of
/// its records count, nil if all do.
package typealias BlockTurn = @Sendable ([Int]?) throws(IngestError) -> Void

/// Looks at a block of records, as a table of its own, on the thread that parsed it.
package typealias BlockWatch = @Sendable (EvidenceTable) throws(IngestError) -> BlockTurn

/// How to read an input.
package struct IngestOptions: Sendable {
  /// Any record with a defect is an error of the whole input.
  package var strict = false
  /// How many threads parse.
  package var workers: Int
  /// Files from this size on are mapped; smaller ones are read, so that others may truncate them.
  package var mappingThreshold = 32 << 20
  /// Whether log-probabilities of binary files are checked, which reads every one of them.
  package var checksValues = true
  /// How many bytes of the columns of a text file stay in memory; the rest is kept in a file.
  package var columnsInMemory = 16 << 20
  /// How many defects are kept in full.
  package var listedDefects = 20
  /// Shown each block of a file of evidence as soon as it is parsed, from any thread, if that file
  /// is all there is to open; the first block is shown before any other is read.
  package var watchBlock: BlockWatch?
  /// A file of token frequencies for every run, instead of the one a manifest names.
  package var tokenFrequencies: String?
  /// Which columns of tables a user named for which role.
  package var columns = ColumnMapping()
  /// How rows that share an id become one score; nil if they are a mistake.
  package var aggregate: RowAggregate?
  /// Called now and then from any thread while a long input is read.
  package var progress: (@Sendable (IngestProgress) -> Void)?
  /// Asked now and then from any thread; true stops the reading with an error.
  package var isCancelled: (@Sendable () -> Bool)?

  package init(workers: Int = availableThreads) { self.workers = max(1, workers) }

  func checkCancelled(_ file: String) throws(IngestError) {
    if isCancelled?() == true { throw .cancelled(file) }
  }
}

/// How far reading has come.
package struct IngestProgress: Sendable {
  /// The file being read.
  package var file: String
  /// Bytes of the file read so far.
  package var bytes: Int
  /// The file's size, unless it is a pipe.
  package var totalBytes: Int?
}
