import TerminalUI

extension Action {
  static let markLeaked = Action("mark-leaked")
  static let markBenign = Action("mark-benign")
  static let markUnsure = Action("mark-unsure")
  static let clearVerdict = Action("clear-verdict")
  static let editNote = Action("edit-note")
  /// To the next sequence without a verdict.
  static let nextOpen = Action("next-open")
  static let undo = Action("undo")
  static let redo = Action("redo")
  static let markAllLeaked = Action("mark-all-leaked")
  static let markAllBenign = Action("mark-all-benign")
  static let markAllUnsure = Action("mark-all-unsure")
  static let clearAllVerdicts = Action("clear-all-verdicts")
}

extension Triage {
  /// The keys that judge, on every screen that shows a sequence to judge.
  static var bindings: [DashboardKeymap.Binding] {
    let screens = ScreenID.judging
    // What is marked as a whole is the list of sequences.
    let lists: [ScreenID] = [.sequences, .tokens]
    func binding(
      _ action: Action, _ key: String, _ short: String, _ long: String,
      on others: [ScreenID]? = nil, isHint: Bool = false
    ) -> DashboardKeymap.Binding {
      .init(
        action, [key], on: others ?? screens, short: short, long: long, group: "Judging",
        isHint: isHint)
    }
    return [
      binding(
        .markLeaked, "m l", "leaked", "The model memorized it, and that matters", isHint: true),
      binding(.markBenign, "m b", "benign", "Looked at, and no reason to worry"),
      binding(.markUnsure, "m u", "unsure", "Looked at, and not decided"),
      binding(.clearVerdict, "m c", "clear", "Take the verdict away"),
      binding(.editNote, "m n", "note", "Write a note on the sequence"),
      binding(.nextOpen, "o", "next open", "To the next sequence without a verdict"),
      binding(.undo, "u", "undo", "Take the last verdict or note back"),
      binding(.redo, "ctrl-r", "redo", "Repeat what was taken back"),
      binding(
        .markAllLeaked, "m L", "all leaked", "Mark all listed leaked, once confirmed",
        on: lists),
      binding(
        .markAllBenign, "m B", "all benign", "Mark all listed benign, once confirmed",
        on: lists),
      binding(
        .markAllUnsure, "m U", "all unsure", "Mark all listed unsure, once confirmed",
        on: lists),
      binding(.clearAllVerdicts, "m C", "clear all", "Clear all listed, once confirmed", on: lists),
    ]
  }
}
