import Analysis
import Basics
import ScoringCore
import TerminalUI

/// What a picker offers.
package enum PickerScope: Hashable, Sendable {
  /// Actions, runs, attacks, themes and, once something is typed, sequences.
  case everything
  case runs
  case attacks
  /// A run to compare with.
  case partner
  case themes
  /// Named filters for the screen shown.
  case filters
  /// Columns of the screen's list, to show or hide.
  case columns

  var title: String {
    switch self {
    case .everything: "Go to, choose or do"
    case .runs: "Runs"
    case .attacks: "Attacks"
    case .partner: "Compare with"
    case .themes: "Themes"
    case .filters: "Filters; Del forgets one"
    case .columns: "Columns; Enter shows or hides, Left and Right move, Del undoes all"
    }
  }

  var placeholder: String {
    switch self {
    case .everything: "a command, run, attack, theme or sequence id"
    case .runs, .partner: "a name, method, family or model"
    case .attacks: "a name, or words of what it does"
    case .themes, .filters, .columns: "a name"
    }
  }
}

/// Something a picker lets a user choose.
enum PickerChoice: Hashable, Sendable {
  case action(Action)
  case run(Int)
  case partner(Int)
  case attack(String)
  case theme(String)
  case filter(NamedFilter)
  case column(String)
  /// A row of the current run.
  case sequence(Int)
}

/// A picker's memory: what is offered and typed, and which match is selected.
package struct PickerState: Sendable {
  package var scope: PickerScope
  package var query = PromptState()
  package var selected = 0
  /// The theme to return to when none is chosen.
  var themeBefore = ""

  package init(_ scope: PickerScope) { self.scope = scope }
}

extension AppState {
  /// Opens a picker with what is current selected.
  mutating func pick(_ scope: PickerScope) {
    var picker = PickerState(scope)
    picker.themeBefore = theme
    overlay = .picker(picker)
    let current: PickerChoice? =
      switch scope {
      case .everything, .filters, .columns: nil
      case .runs: .run(run)
      case .partner: .partner(compare.right)
      case .attacks: (currentAttack?.spelling).map { .attack($0) }
      case .themes: .theme(theme)
      }
    picker.selected = current.flatMap { pickerItems(picker).map(\.choice).firstIndex(of: $0) } ?? 0
    overlay = .picker(picker)
  }

  /// The list of a picker as it is drawn.
  func palette(_ picker: PickerState) -> Palette {
    Palette(
      title: picker.scope.title, placeholder: picker.scope.placeholder,
      items: pickerItems(picker).map(\.item), query: picker.query, selected: picker.selected)
  }

  func pickerItems(_ picker: PickerState) -> [(choice: PickerChoice, item: Palette.Item)] {
    switch picker.scope {
    case .runs: runItems { .run($0) }
    case .partner: runItems { .partner($0) }.filter { $0.choice != .partner(compare.left) }
    case .attacks: attackItems
    case .themes: themeItems
    case .filters: filterItems
    case .columns: columnItems
    case .everything:
      actionItems + runItems { .run($0) } + attackItems + themeItems + filterItems
        + sequenceItems(picker.query.text)
    }
  }

  private var actionItems: [(choice: PickerChoice, item: Palette.Item)] {
    let shown = keymap.table.filter {
      $0.contexts.contains(.global) || $0.contexts.contains(screen.context)
    }
    var items = shown.map { binding in
      (
        choice: PickerChoice.action(binding.action),
        item: Palette.Item(
          binding.action.rawValue, note: binding.long,
          keys: keymap.chords(for: binding.action).first?.label(arrows: !glyphs.isASCII) ?? "")
      )
    }
    #if DEBUG
      items.append(
        (.action(.crash), Palette.Item("crash", note: "Trap at once (debug builds only)")))
    #endif
    return items
  }

  private func runItems(
    _ choice: (Int) -> PickerChoice
  ) -> [(choice: PickerChoice, item: Palette.Item)] {
    guard let experiment else { return [] }
    return experiment.runs.indices.map { index in
      let run = experiment.run(index)
      var parts = [run.method?.rawValue, run.method?.family.rawValue, run.model].compactMap { $0 }
      if let epoch = run.epoch { parts.append("epoch \(RunsTable.epoch(epoch))") }
      if let area = evaluation(ofRun: index)?.auc {
        parts.insert("AUC \(NumberFormat.fixed(area.auc, 3))", at: 0)
      }
      return (
        choice(index), Palette.Item(run.name, note: parts.joined(separator: ", "), keys: "run")
      )
    }
  }

  private var attackItems: [(choice: PickerChoice, item: Palette.Item)] {
    guard let analysis else { return [] }
    return analysis.attacks.map { attack in
      let card = (try? AttackCatalog.attack(attack.spelling)).map { type(of: $0).card }
      let area = attack.evaluation.auc.map { "AUC \(NumberFormat.fixed($0.auc, 3))  " } ?? ""
      return (
        .attack(attack.spelling),
        Palette.Item(attack.spelling, note: area + (card?.summary ?? ""), keys: "attack")
      )
    }
  }

  private var themeItems: [(choice: PickerChoice, item: Palette.Item)] {
    Theme.builtInNames.map { (.theme($0), Palette.Item($0, note: "theme", keys: "theme")) }
  }

  private var filterItems: [(choice: PickerChoice, item: Palette.Item)] {
    filtersHere.map { filter in
      // What is filtered by may be what must not be read.
      let note = redaction == .off ? filter.text : ""
      return (
        .filter(filter), Palette.Item(redaction.text(filter.name), note: note, keys: "filter")
      )
    }
  }

  /// The first sequences of the current run whose id holds what is typed.
  private func sequenceItems(_ text: String) -> [(choice: PickerChoice, item: Palette.Item)] {
    guard text.count >= 2, let ids = analysis?.scores.ids else { return [] }
    let search = TextSearch(text)
    return (0..<ids.count).lazy.filter { search.isIn(ids, $0) }.prefix(40).map { row in
      (.sequence(row), Palette.Item(redaction.id(ids[row]), note: "", keys: "sequence"))
    }
  }

  /// Lets an open picker have a key.
  mutating func handle(_ press: KeyPress, in state: PickerState) -> OverlayAnswer {
    var picker = state
    let list = palette(picker)
    if let answer = handle(press.key, inColumns: picker) { return answer }
    switch press.key {
    case .escape:
      overlay = nil
      return picker.scope == .themes && theme != picker.themeBefore
        ? .effects([.useTheme(picker.themeBefore)]) : .done
    case .enter:
      overlay = nil
      guard let place = list.chosen else { return .done }
      return choose(pickerItems(picker)[place].choice)
    case .down, .tab: picker.selected = min(picker.selected + 1, max(0, list.matches.count - 1))
    case .up: picker.selected = max(0, picker.selected - 1)
    case .delete where picker.scope == .filters && picker.query.text.isEmpty:
      guard let place = list.chosen, case .filter(let filter) = pickerItems(picker)[place].choice
      else { return .done }
      let effects = forget(filter)
      picker.selected = max(0, min(picker.selected, filtersHere.count - 1))
      overlay = filtersHere.isEmpty ? nil : .picker(picker)
      return .effects(effects)
    case .pageDown: picker.selected = min(picker.selected + 10, max(0, list.matches.count - 1))
    case .pageUp: picker.selected = max(0, picker.selected - 10)
    default:
      guard let edit = PromptState.Edit(press) else { return .pass }
      picker.query.apply(edit)
      picker.selected = 0
    }
    overlay = .picker(picker)
    // A theme is seen before it is chosen.
    guard picker.scope == .themes, let place = palette(picker).chosen,
      case .theme(let name) = pickerItems(picker)[place].choice, name != theme
    else { return .done }
    return .effects([.useTheme(name)])
  }

  private mutating func choose(_ choice: PickerChoice) -> OverlayAnswer {
    switch choice {
    case .action(let action): return .perform(action)
    case .run(let run): return .effects(select(run: run))
    case .partner(let run):
      compare.right = run
      return .done
    case .attack(let spelling):
      attack = spelling
      return .done
    case .theme(let name): return .effects([.useTheme(name)])
    case .filter(let filter):
      use(filter)
      return .done
    case .column(let name):
      toggle(column: name)
      return .done
    case .sequence(let row):
      self.row = row
      sequences.isOnFold = false
      return .effects(analysis?.table == nil ? show(.sequences) : show(.tokens))
    }
  }
}
