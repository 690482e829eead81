import Analysis
import TerminalUI

/// One screen: what it remembers, what its keys do there, and how it is drawn.
///
/// A screen is added with a folder that holds a conformer, and a line in `ScreenCatalog.all`.
package protocol Screen: Sendable {
  /// What the screen remembers, also while others are shown.
  associatedtype Memory: Sendable

  static var card: ScreenCard { get }
  /// What it remembers at first.
  static var initialMemory: Memory { get }
  /// Pages of the documentation on what the screen shows, the most telling first.
  static var pages: [String] { get }
  /// Its keys besides those that mean the same everywhere.
  static var bindings: [DashboardKeymap.Binding] { get }

  /// Lays the screen out for the state and its size, and asks for what it lacks.
  static func settle(_ state: inout AppState) -> [Effect]
  static func perform(_ action: Action, _ state: inout AppState) -> [Effect]
  static func handle(_ mouse: Mouse, in area: Rect, _ state: inout AppState) -> [Effect]
  /// Whether the rows an action is about are on their way: the action waits for them.
  static func isWaiting(for action: Action, _ state: AppState) -> Bool
  /// Hears what is typed at the prompt it opened; nil if typing was given up.
  static func typed(
    _ purpose: OpenPrompt.Purpose, _ text: String?, isFinal: Bool, _ state: inout AppState
  ) -> [Effect]
  /// What is typed, completed as far as it can be; nil where nothing is completed.
  static func complete(_ text: String, _ state: AppState) -> String?
  /// What stands beside the prompt, such as how many matches there are.
  static func promptNote(_ state: AppState) -> String?
  /// Receives the answer to its latest request.
  static func receive(_ answer: any Sendable, _ state: inout AppState)
  /// What its filter is about; nil where nothing is filtered.
  static var filtered: NamedFilter.Subject? { get }
  /// Puts a filter in force; returns why it cannot be, if so.
  static func use(filter text: String, _ state: inout AppState) -> String?
  /// How its list is shown, for a later start; nil where it has none.
  static func remember(_ state: AppState) -> ListMemory?
  /// Shows its list as it was shown before; what is not understood is left out.
  static func resume(_ list: ListMemory, _ state: inout AppState)
  /// The names of all columns that its list can have; none where nothing is to choose.
  static func columns(_ state: AppState) -> [String]
  static func draw(_ state: AppState, in area: Rect, on frame: inout Frame)
  /// The list it shows, for a file, as redacted as the screen; nil where it shows none.
  static func list(_ state: AppState) -> ListContent?
}

extension Screen {
  package static var pages: [String] { [] }
  package static var bindings: [DashboardKeymap.Binding] { [] }
  package static func isWaiting(for action: Action, _ state: AppState) -> Bool { false }
  package static func typed(
    _ purpose: OpenPrompt.Purpose, _ text: String?, isFinal: Bool, _ state: inout AppState
  ) -> [Effect] { [] }
  package static var filtered: NamedFilter.Subject? { nil }
  package static func use(filter text: String, _ state: inout AppState) -> String? { nil }
  package static func remember(_ state: AppState) -> ListMemory? { nil }
  package static func resume(_ list: ListMemory, _ state: inout AppState) {}
  package static func columns(_ state: AppState) -> [String] { [] }
  package static func complete(_ text: String, _ state: AppState) -> String? { nil }
  package static func promptNote(_ state: AppState) -> String? { nil }
  package static func receive(_ answer: any Sendable, _ state: inout AppState) {}
  package static func list(_ state: AppState) -> ListContent? { nil }
}

/// What a screen is called.
package struct ScreenCard: Sendable {
  package var id: ScreenID
  package var title: String
  /// For the hint line, and a sentence for help.
  package var short: String
  package var long: String
  /// Whether it shows a sequence that can be judged.
  package var isForJudging = false
}

/// The screens there are, in the order of their number keys.
package enum ScreenCatalog {
  package static let all: [any Screen.Type] = [
    RunsScreen.self,
    SequencesScreen.self,
    TokensScreen.self,
    ROCScreen.self,
    CompareScreen.self,
    LeaksScreen.self,
    TrendsScreen.self,
  ]

  static let byID = Dictionary(uniqueKeysWithValues: all.map { ($0.card.id, $0) })
}

/// A screen's name, as commands and settings write it.
package struct ScreenID: RawRepresentable, Hashable, CaseIterable, Sendable {
  package let rawValue: String

  /// A name for a screen's card to give itself.
  package init(named name: String) { rawValue = name }

  /// Nil where no screen is called so.
  package init?(rawValue: String) {
    self.rawValue = rawValue
    guard ScreenCatalog.byID[self] != nil else { return nil }
  }

  package static var allCases: [ScreenID] { ScreenCatalog.all.map { $0.card.id } }
  /// The screens that show a sequence to judge.
  static var judging: [ScreenID] {
    ScreenCatalog.all.filter { $0.card.isForJudging }.map { $0.card.id }
  }

  /// What the screen is made of.
  var type: any Screen.Type { ScreenCatalog.byID[self] ?? RunsScreen.self }
  package var title: String { type.card.title }
  package var context: KeyContext { KeyContext(rawValue) }
  /// The action that shows it.
  package var showAction: Action { Action("show-" + rawValue) }
}

/// Where a key means what it means; inner layers come before outer ones.
package struct KeyContext: RawRepresentable, Hashable, CaseIterable, Sendable {
  package let rawValue: String

  init(_ name: String) { rawValue = name }

  package init?(rawValue: String) {
    self.init(rawValue)
    guard Self.allCases.contains(self) else { return nil }
  }

  package static let global = KeyContext("global")
  package static var allCases: [KeyContext] { [.global] + ScreenID.allCases.map(\.context) }
}

// MARK: - What screens remember and ask for

extension AppState {
  /// What a screen remembers.
  package subscript<S: Screen>(_ screen: S.Type) -> S.Memory {
    get { memories[screen.card.id] as? S.Memory ?? screen.initialMemory }
    set { memories[screen.card.id] = newValue }
  }

  /// Asks for work on another thread; older requests of the same screen are void from now on.
  mutating func request<S: Screen>(
    for screen: S.Type,
    _ work: @escaping @Sendable (_ isCancelled: @Sendable () -> Bool) -> (any Sendable)?
  ) -> Effect {
    let id = screen.card.id
    let number = (latestRequests[id] ?? 0) + 1
    latestRequests[id] = number
    return .compute(Computation(screen: id, number: number, work: work))
  }

  /// Hands a screen the answer to its latest request; answers to older ones change nothing.
  mutating func receive(_ answer: Computation.Answer) {
    guard latestRequests[answer.screen] == answer.number else { return }
    answer.screen.type.receive(answer.value, &self)
  }
}

/// Work that a screen wants done on another thread.
package struct Computation: Sendable {
  package let screen: ScreenID
  /// Counts the screen's requests: only the latest matters.
  package let number: Int
  fileprivate let work: @Sendable (_ isCancelled: @Sendable () -> Bool) -> (any Sendable)?

  /// Does the work; nil if it was cancelled or there is nothing to answer.
  package func answer(isCancelled: @Sendable () -> Bool = { false }) -> Answer? {
    work(isCancelled).map { Answer(screen: screen, number: number, value: $0) }
  }

  /// What came of it.
  package struct Answer: Sendable {
    package let screen: ScreenID
    package let number: Int
    package let value: any Sendable
  }
}
