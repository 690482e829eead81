import Analysis
import TerminalUI

/// Something asked for before the rows it is about were there.
struct WaitingAction: Hashable, Sendable {
  /// The screen it was asked for on.
  var screen: ScreenID
  let action: Action
}

extension AppState {
  /// So many keys wait at most: whoever leans on one must not have to sit through all of it.
  private static let mostWaiting = 64

  /// Whether evidence is being read, so that there will be something to move in.
  private var isOpening: Bool { experiment == nil && !isAtStart && failure == nil }

  /// Whether the screen shown lacks the rows an action is about, and will have them.
  func mustWait(for action: Action) -> Bool {
    experiment == nil ? isOpening : failure == nil && screen.type.isWaiting(for: action, self)
  }

  /// Keeps an action until the rows it is about are there.
  ///
  /// Verdicts are not kept: nobody judges what is not on screen. Neither is what asks for text, as
  /// the letters typed after it would be keys.
  mutating func postpone(_ action: Action) {
    guard !Triage.judges(action) || isListShown, !Action.asking.contains(action) else {
      notice = Notice(.info, "The list is not there yet: press again once it is")
      return
    }
    if waiting.count < Self.mostWaiting {
      waiting.append(WaitingAction(screen: screen, action: action))
    }
    notice = waitingNotice
  }

  /// Whether the list on screen is of the run looked at, and only its figures are computed anew.
  private var isListShown: Bool {
    guard let order = sequences.order, let analysis, row != nil, !isListChanging else {
      return false
    }
    return order.analysis.run.name == analysis.run.name
  }

  private var waitingNotice: Notice {
    let keys = waiting.count == 1 ? "1 key waits" : "\(waiting.count) keys wait"
    return Notice(.info, "\(keys) for what is being \(experiment == nil ? "opened" : "computed")")
  }

  /// Carries out what waited for rows that are there now, in the order it was asked for.
  mutating func catchUp() -> [Effect] {
    guard experiment != nil else { return [] }
    var effects: [Effect] = []
    if notice == waitingNotice, let next = waiting.first, !isStillWaiting(next) { notice = nil }
    while let next = waiting.first, !isStillWaiting(next) {
      waiting.removeFirst()
      if next.screen == screen {
        effects += carryOut(next.action)
      } else if TableState.Move(next.action) != nil {
        // On the way to another screen of the same list: what it shows depends on the moves before.
        effects += next.screen.type.perform(next.action, &self)
      }
      effects += settle()
    }
    return effects
  }

  private func isStillWaiting(_ waiting: WaitingAction) -> Bool {
    waiting.screen.type.isWaiting(for: waiting.action, self)
  }

  // MARK: The list of sequences

  /// Whether the sequences of the run looked at are not listed yet, and will be.
  var lacksSequences: Bool {
    guard let analysis else { return experiment != nil }
    return !analysis.attacks.isEmpty && currentOrder == nil
  }

  /// Whether another order or choice of sequences than the one on screen is being made.
  var isListChanging: Bool {
    guard let requested = sequences.requested?.query, let shown = sequences.order?.query else {
      return false
    }
    return !requested.listsTheSame(as: shown)
  }
}

extension RowQuery {
  /// Whether it lists the same rows in the same order, whatever is said of them.
  fileprivate func listsTheSame(as other: RowQuery) -> Bool {
    var (one, two) = (self, other)
    // A verdict takes a row out of a list at most; the ones around it stay where they are.
    (one.verdicts, two.verdicts) = (nil, nil)
    (one.discoveryRate, two.discoveryRate) = (.off, .off)
    return one == two
  }
}
