import Basics
import TerminalUI

/// A filter that was given a name, to be chosen by it.
package struct NamedFilter: Hashable, Sendable {
  /// What can be filtered; screens that list the same share their filters.
  package enum Subject: String, CaseIterable, Sendable { case runs, sequences }

  package var subject: Subject
  package var name: String
  package var text: String

  package init(_ subject: Subject, name: String, text: String) {
    self.subject = subject
    self.name = name
    self.text = text
  }
}

/// What is to be done to the filters kept of an experiment.
package enum FilterChange: Hashable, Sendable {
  case keep(NamedFilter)
  case forget(NamedFilter)
}

extension [NamedFilter] {
  /// Keeps or forgets a filter; each name is there once for what it filters.
  package mutating func apply(_ change: FilterChange) {
    switch change {
    case .keep(let filter):
      removeAll { $0.subject == filter.subject && $0.name == filter.name }
      append(filter)
    case .forget(let filter):
      removeAll { $0.subject == filter.subject && $0.name == filter.name }
    }
  }
}

extension Action {
  static let nameFilter = Action("name-filter")
  static let chooseFilter = Action("choose-filter")
}

extension AppState {
  /// The longest name of a filter.
  private static let longestName = 60

  /// The named filters that the screen shown can use, in the order they were kept.
  var filtersHere: [NamedFilter] { filters.filter { $0.subject == screen.type.filtered } }

  /// Asks for a name for the filter in force.
  mutating func askForFilterName() {
    guard screen.type.filtered != nil, !filterInForce.isEmpty else {
      notice = Notice(.info, "There is no filter to name: press f and type one")
      return
    }
    prompt = OpenPrompt(.filterName, input: PromptState())
  }

  /// Hears the name; nil if naming was given up.
  mutating func nameFilter(_ text: String?, isFinal: Bool) -> [Effect] {
    let words = (text ?? "").split(separator: " ")
    guard isFinal, !words.isEmpty, let subject = screen.type.filtered else { return [] }
    let name = String(words.joined(separator: " ").prefix(Self.longestName))
    let filter = NamedFilter(subject, name: name, text: filterInForce)
    let isNew = !filtersHere.contains { $0.name == name }
    filters.apply(.keep(filter))
    let key = keymap.chords(for: .chooseFilter).first?.label(arrows: !glyphs.isASCII)
    notice = Notice(
      .success,
      "The filter is \(isNew ? "kept" : "now") \(redaction.text(name))"
        + (key.map { "; \($0) chooses it again" } ?? ""))
    return [.changeFilters(.keep(filter))]
  }

  /// Opens the picker of named filters.
  mutating func pickFilter() {
    guard !filtersHere.isEmpty else {
      let key = keymap.chords(for: .nameFilter).first?.label(arrows: !glyphs.isASCII)
      notice = Notice(
        .info, "No filter has a name yet" + (key.map { ": \($0) names the one in force" } ?? ""))
      return
    }
    pick(.filters)
  }

  /// Puts a named filter in force.
  mutating func use(_ filter: NamedFilter) {
    let name = redaction.text(filter.name)
    if let problem = screen.type.use(filter: filter.text, &self) {
      notice = Notice(.warning, "\(name) does not fit: \(problem)")
    } else {
      notice = Notice(.info, "Filtered by \(name)")
    }
  }

  /// Forgets the filter selected in a picker of filters.
  mutating func forget(_ filter: NamedFilter) -> [Effect] {
    filters.apply(.forget(filter))
    notice = Notice(.info, "\(redaction.text(filter.name)) is forgotten")
    return [.changeFilters(.forget(filter))]
  }

  private var filterInForce: String { screen.type.remember(self)?.filter ?? "" }
}

extension ListQuery {
  /// Puts a filter in force; returns why it cannot be, if so.
  mutating func use(
    _ text: String, in context: FilterContext, _ redaction: Redaction
  ) -> String? {
    do throws(FilterError) {
      filter = try RowFilter.parse(text, in: context)
      resumed = nil
      return nil
    } catch {
      return redaction == .off ? error.message : error.discreet
    }
  }
}
