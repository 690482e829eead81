import Basics
import ScoringCore
import TerminalUI

/// How a sequence's verdict looks: a sign and a word, and what else there is to know in one sign each.
struct VerdictMark {
  let judgement: Judgement
  let isSaved: Bool

  init(_ triage: TriageState, _ id: String) {
    judgement = triage.log.judgement(of: id)
    isSaved = triage.log.isSaved(id)
  }

  /// The cells the longest mark takes: `! leaked*…`.
  static let width = 10

  /// Dim until it is stored for good.
  var role: Role { isSaved ? judgement.verdict.role : .textDim }

  /// The verdict's sign alone; empty without a verdict.
  func sign(_ glyphs: GlyphSet) -> String {
    judgement.verdict == .unjudged ? "" : String(judgement.verdict.symbol)
  }

  /// `! leaked`, then `*` if there is a note and `…` while it is not stored yet.
  func text(_ glyphs: GlyphSet) -> String {
    guard !judgement.isEmpty || !isSaved else { return "" }
    let verdict = judgement.verdict
    return "\(verdict.symbol) \(verdict == .unjudged ? "-" : verdict.name)"
      + (judgement.note.isEmpty ? "" : "*") + (isSaved ? "" : glyphs.pick("…", "~"))
  }
}

extension Verdict {
  var role: Role {
    switch self {
    case .leaked: .verdictLeaked
    case .benign: .verdictBenign
    case .unsure: .verdictUnsure
    case .unjudged: .textDim
    }
  }
}

extension TriageProgress {
  /// `312 of 1,204 judged · 40 leaked`.
  func text(_ glyphs: GlyphSet) -> String {
    "\(NumberFormat.count(judged)) of \(NumberFormat.count(total)) judged"
      + " \(glyphs.pick("·", "-")) \(NumberFormat.count(leaked)) leaked"
  }
}

extension TriageState {
  /// How many sequences have a verdict or note that could not be stored, if any, for the end of a line.
  var trouble: [StyledText] {
    guard failure != nil else { return [] }
    let waiting = Set(log.unsaved.lazy.flatMap(\.changes).map(\.id)).count
    return waiting == 0
      ? [] : [StyledText("\(NumberFormat.count(waiting)) not stored  ", .statusError)]
  }

  /// How far judging has come, and what is not stored, for the end of a line.
  func summary(_ glyphs: GlyphSet) -> [StyledText] {
    trouble + (progress.map { [StyledText($0.text(glyphs) + "  ", .textDim)] } ?? [])
  }
}
