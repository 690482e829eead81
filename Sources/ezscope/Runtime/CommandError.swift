import Analysis
import Basics
import EvidenceIO
import ScoringCore

/// What a command's exit status says (the numbers of `sysexits.h`).
enum ExitStatus: Int32 {
  case done = 0
  /// A verdict went against the user.
  case verdict = 1
  case usage = 64
  case badData = 65
  case noInput = 66
  case noTerminal = 69
  case inputOutput = 74
  /// Interrupted, as a shell reports it.
  case interrupted = 130
}

/// Why a command stops: the line it prints and the status it exits with.
struct CommandError: Error, Hashable, CustomStringConvertible {
  let status: ExitStatus
  /// `what; remedy`, safe to print; nothing is printed if it is empty.
  let description: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    description = SafeText.oneLine(message, limit: 600)
  }

  init(_ error: IngestError) {
    description = error.kind == .cancelled ? "" : error.description
    status =
      switch error.kind {
      case .badData: .badData
      case .noInput: .noInput
      case .usage: .usage
      case .inputOutput: .inputOutput
      case .cancelled: .interrupted
      }
  }

  /// Runs something that reads or writes evidence.
  static func translating<Result>(
    _ body: () throws(IngestError) -> Result
  ) throws(CommandError) -> Result {
    do {
      return try body()
    } catch {
      throw CommandError(error)
    }
  }

  init(_ failure: AnalysisError) {
    switch failure.kind {
    case .noFigures: self.init(.badData, failure.description)
    case .runsDoNotFit:
      self.init(.badData, failure.description + " with --run, or see --population all")
    case .badRequest: self.init(.usage, failure.description)
    }
  }

  /// Runs something that computes.
  static func translating<Result>(
    _ body: () throws(AnalysisError) -> Result
  ) throws(CommandError) -> Result {
    do {
      return try body()
    } catch {
      throw CommandError(error)
    }
  }

  static func usage(_ message: String) -> CommandError { CommandError(.usage, message) }
}

extension AttackRequest {
  /// The request with what `auto` stands for among these runs; refuses words that are neither
  /// attacks nor columns of a score file of theirs.
  func resolved(for runs: [RunInput]) throws(CommandError) -> AttackRequest {
    do throws(AttackSpellingError) {
      try check(against: runs)
    } catch {
      throw .usage("\(error); see ezscope attacks")
    }
    let request = chosen(for: runs.map(\.source))
    guard !request.isAutomatic else {
      throw .usage(
        "--attack auto: the runs have no attack in common; name one with --attack, or some runs "
          + "with --run; ezscope check says what each allows")
    }
    return request
  }
}
