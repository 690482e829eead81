/// What a person decided about a sequence: whether the fine-tuned model leaked it.
public enum Verdict: String, CaseIterable, Hashable, Sendable {
  /// The model memorized it, and that matters.
  case leaked
  /// Looked at, and no reason to worry.
  case benign
  /// Looked at, and not decided.
  case unsure
  /// Not looked at, or the verdict was taken back.
  case unjudged = "none"

  /// The name in files, commands and tables: `leaked`, `benign`, `unsure` or `none`.
  public var name: String { rawValue }

  /// The verdict of a name, however it is capitalised; an empty name is `none`.
  public init?(name: String) {
    let lowered = name.lowercased()
    guard let verdict = Verdict(rawValue: lowered.isEmpty ? "none" : lowered) else { return nil }
    self = verdict
  }

  /// The key that gives this verdict, pressed after the mark key.
  public var key: Character {
    switch self {
    case .leaked: "l"
    case .benign: "b"
    case .unsure: "u"
    case .unjudged: "c"
    }
  }

  /// One column wide and ASCII, so that a verdict is never told by its colour alone.
  public var symbol: Character {
    switch self {
    case .leaked: "!"
    case .benign: "+"
    case .unsure: "?"
    case .unjudged: " "
    }
  }
}

/// A verdict and the note that goes with it.
public struct Judgement: Hashable, Sendable {
  /// The verdict.
  public var verdict: Verdict
  /// What the person wrote about it; empty if nothing.
  public var note: String

  /// A verdict with a note.
  public init(_ verdict: Verdict = .unjudged, note: String = "") {
    self.verdict = verdict
    self.note = note
  }

  /// Neither verdict nor note.
  public static let none = Judgement()

  /// Whether there is neither verdict nor note.
  public var isEmpty: Bool { verdict == .unjudged && note.isEmpty }

  /// This judgement with the difference between two others carried over.
  ///
  /// What the change left alone stays as it is here, so that one person's verdict and another's note
  /// on the same sequence both survive.
  public func applying(from old: Judgement, to new: Judgement) -> Judgement {
    Judgement(
      old.verdict == new.verdict ? verdict : new.verdict,
      note: old.note == new.note ? note : new.note)
  }

  /// This judgement with a change taken back where the change still shows; the rest is not touched.
  func reverting(from old: Judgement, to new: Judgement) -> Judgement {
    Judgement(
      verdict == new.verdict ? old.verdict : verdict, note: note == new.note ? old.note : note)
  }
}
