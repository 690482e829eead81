import TerminalUI

package typealias DashboardKeymap = Keymap<Action, KeyContext>

extension Keymap where Action == Dashboard.Action, Context == KeyContext {
  /// The keys the program is delivered with.
  package static func standard() throws(KeymapError) -> DashboardKeymap {
    try DashboardKeymap(
      screenKeys + moveKeys + dataKeys + verdictKeys + tokenKeys + curveKeys + programKeys)
  }

  private static var screenKeys: [Binding] {
    [
      Binding(
        .showRuns, ["1"], in: [.global], short: "runs", long: "Every run with its figures",
        group: "Screens"),
      Binding(
        .showSequences, ["2"], in: [.global], short: "sequences",
        long: "The sequences of the current run, most member-like first", group: "Screens"),
      Binding(
        .showTokens, ["3"], in: [.global], short: "tokens",
        long: "The current sequence token by token", group: "Screens"),
      Binding(
        .showROC, ["4"], in: [.global], short: "ROC", long: "ROC curves of attacks or runs",
        group: "Screens"),
      Binding(
        .showCompare, ["5"], in: [.global], short: "compare",
        long: "Two runs side by side on the same sequences", group: "Screens"),
      Binding(
        .open, ["enter"], in: [.global], short: "open", long: "Open what is selected",
        group: "Screens", isHint: true),
      Binding(
        .back, ["esc", "backspace"], in: [.global], short: "back",
        long: "Go back one level, or close what covers the screen", group: "Screens"),
    ]
  }

  private static var moveKeys: [Binding] {
    [
      Binding(
        .down, ["j", "down"], in: [.global], short: "move", long: "Move down", group: "Moving",
        isHint: true),
      Binding(
        .up, ["k", "up"], in: [.global], short: "move", long: "Move up", group: "Moving",
        isHint: true),
      Binding(
        .left, ["h", "left"], in: [.global], short: "left", long: "Move left", group: "Moving"),
      Binding(
        .right, ["l", "right"], in: [.global], short: "right", long: "Move right", group: "Moving"),
      Binding(
        .pageDown, ["pagedown", "ctrl-f"], in: [.global], short: "page", long: "A page down",
        group: "Moving"),
      Binding(
        .pageUp, ["pageup", "ctrl-b"], in: [.global], short: "page", long: "A page up",
        group: "Moving"),
      Binding(
        .halfPageDown, ["ctrl-d"], in: [.global], short: "half page", long: "Half a page down",
        group: "Moving"),
      Binding(
        .halfPageUp, ["ctrl-u"], in: [.global], short: "half page", long: "Half a page up",
        group: "Moving"),
      Binding(
        .first, ["g", "home"], in: [.global], short: "ends", long: "To the first", group: "Moving"),
      Binding(
        .last, ["G", "end"], in: [.global], short: "ends", long: "To the last", group: "Moving"),
      Binding(
        .nextPane, ["tab"], in: [.global], short: "pane", long: "To the next pane",
        group: "Moving"),
      Binding(
        .previousPane, ["shift-tab"], in: [.global], short: "pane", long: "To the previous pane",
        group: "Moving"),
    ]
  }

  private static var dataKeys: [Binding] {
    [
      Binding(
        .nextAttack, ["e"], in: [.global], short: "attack", long: "Score by the next attack",
        group: "What is shown", isHint: true),
      Binding(
        .previousAttack, ["E"], in: [.global], short: "attack",
        long: "Score by the previous attack", group: "What is shown"),
      Binding(
        .nextRun, ["r"], in: [.global], short: "run", long: "To the next run",
        group: "What is shown", isHint: true),
      Binding(
        .previousRun, ["R"], in: [.global], short: "run", long: "To the previous run",
        group: "What is shown"),
      Binding(
        .search, ["/"], in: [.sequences, .tokens], short: "search",
        long: "Search in the texts", group: "Finding", isHint: true),
      Binding(
        .nextMatch, ["n"], in: [.sequences, .tokens], short: "next match",
        long: "To the next match", group: "Finding"),
      Binding(
        .previousMatch, ["N"], in: [.sequences, .tokens], short: "previous match",
        long: "To the previous match", group: "Finding"),
      Binding(
        .sort, ["s"], in: [.sequences], short: "sort", long: "Sort by the next column",
        group: "Finding", isHint: true),
      Binding(
        .reverseSort, ["S"], in: [.sequences], short: "reverse", long: "Reverse the order",
        group: "Finding"),
      Binding(
        .filter, ["f"], in: [.sequences], short: "filter",
        long: "Keep only some sequences, such as label=member family=ticket p<0.01",
        group: "Finding", isHint: true),
      Binding(
        .clearFilters, ["F"], in: [.sequences], short: "clear filters",
        long: "Show all sequences again", group: "Finding"),
      Binding(
        .nameSuspects, ["d"], in: [.sequences], short: "name suspects",
        long: "Name suspects at a false-discovery rate of 5%, 10% or 1%, or not at all",
        group: "Finding"),
    ]
  }

  private static var tokenKeys: [Binding] {
    let screens: [KeyContext] = [.tokens, .compare]
    return [
      Binding(
        .nextSequence, ["J", "."], in: screens, short: "sequence", long: "To the next sequence",
        group: "Tokens", isHint: true),
      Binding(
        .previousSequence, ["K", ","], in: screens, short: "sequence",
        long: "To the previous sequence", group: "Tokens", isHint: true),
      Binding(
        .nextZone, ["]"], in: screens, short: "zone", long: "To the next error zone",
        group: "Tokens", isHint: true),
      Binding(
        .previousZone, ["["], in: screens, short: "zone", long: "To the previous error zone",
        group: "Tokens", isHint: true),
      Binding(
        .nextExtreme, ["}"], in: screens, short: "extreme", long: "To the next extreme shift",
        group: "Tokens", isHint: true),
      Binding(
        .previousExtreme, ["{"], in: screens, short: "extreme",
        long: "To the previous extreme shift", group: "Tokens", isHint: true),
      Binding(
        .toggleAllTokens, ["a"], in: screens, short: "all/zone",
        long: "Tint all tokens, or only those of the error zone", group: "Tokens", isHint: true),
      Binding(
        .nextView, ["v"], in: [.tokens], short: "view",
        long: "Show shift, loss, rank, Min-K% or WBC windows", group: "Tokens", isHint: true),
      Binding(
        .widenScale, ["+", "="], in: screens, short: "scale", long: "Widen the scale of shifts",
        group: "Tokens"),
      Binding(
        .narrowScale, ["-"], in: screens, short: "scale", long: "Narrow the scale of shifts",
        group: "Tokens"),
      Binding(
        .toggleSpaces, ["w"], in: screens, short: "spaces", long: "Make spaces visible",
        group: "Tokens"),
    ]
  }

  private static var curveKeys: [Binding] {
    [
      Binding(
        .toggleCurve, ["space"], in: [.roc], short: "curve", long: "Show or hide a curve",
        group: "Curves", isHint: true),
      Binding(
        .toggleLogAxes, ["o"], in: [.roc, .compare], short: "log/linear",
        long: "Logarithmic or linear axes", group: "Curves", isHint: true),
      Binding(
        .toggleBand, ["b"], in: [.roc], short: "band", long: "Show or hide the confidence band",
        group: "Curves", isHint: true),
      Binding(
        .toggleCurveSource, ["v"], in: [.roc], short: "attacks/runs",
        long: "Curves of one run's attacks, or of one attack's runs", group: "Curves",
        isHint: true),
      Binding(
        .nextPartner, ["c"], in: [.compare], short: "partner",
        long: "Compare with the next run", group: "Comparing", isHint: true),
      Binding(
        .nextFlips, ["f"], in: [.compare], short: "flips",
        long: "List flips of both directions, of one, or every sequence", group: "Comparing",
        isHint: true),
      Binding(
        .swapRuns, ["X"], in: [.compare], short: "swap", long: "Swap the two runs compared",
        group: "Comparing"),
    ]
  }

  private static var verdictKeys: [Binding] {
    let screens: [KeyContext] = [.sequences, .tokens]
    func binding(
      _ action: Action, _ key: String, _ short: String, _ long: String, isHint: Bool = false
    ) -> Binding {
      Binding(
        action, [key], in: screens, short: short, long: long, group: "Judging", isHint: isHint)
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
      binding(.markAllLeaked, "m L", "all leaked", "Mark all listed leaked, once confirmed"),
      binding(.markAllBenign, "m B", "all benign", "Mark all listed benign, once confirmed"),
      binding(.markAllUnsure, "m U", "all unsure", "Mark all listed unsure, once confirmed"),
      binding(.clearAllVerdicts, "m C", "clear all", "Clear all listed, once confirmed"),
    ]
  }

  private static var programKeys: [Binding] {
    [
      Binding(
        .copy, ["y"], in: [.global], short: "copy", long: "Copy what is selected",
        group: "Program"),
      Binding(
        .redact, ["x"], in: [.global], short: "redact",
        long: "Hide what is sensitive in the texts, then all of them, then nothing",
        group: "Program"),
      Binding(
        .nextTheme, ["t"], in: [.global], short: "theme", long: "To the next theme",
        group: "Program"),
      Binding(
        .toggleMouse, ["M"], in: [.global], short: "mouse",
        long: "Give the mouse to the terminal, or take it back", group: "Program"),
      Binding(
        .palette, [":"], in: [.global], short: "palette", long: "Find a command by name",
        group: "Program"),
      Binding(
        .help, ["?", "f1"], in: [.global], short: "help", long: "Every key", group: "Program",
        isHint: true),
      Binding(
        .redraw, ["ctrl-l"], in: [.global], short: "redraw", long: "Draw the screen afresh",
        group: "Program"),
      Binding(
        .suspend, ["ctrl-z"], in: [.global], short: "suspend", long: "Suspend the program",
        group: "Program"),
      Binding(
        .leave, ["q"], in: [.global], short: "quit", long: "Go back one level; quit at the top",
        group: "Program", isHint: true),
      Binding(
        .quit, ["ctrl-c"], in: [.global], short: "quit", long: "Quit at once", group: "Program"),
    ]
  }
}
