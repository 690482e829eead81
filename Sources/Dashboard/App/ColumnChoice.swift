import TerminalUI

extension Action {
  static let chooseColumns = Action("choose-columns")
}

enum ColumnChoice {
  /// A width at which a table has all of its columns.
  static let widest = 400
}

/// Which columns of the screens' lists are shown and in what order, where somebody has chosen.
extension AppState {
  /// The columns of the shown screen's list: those shown in their order, then those hidden.
  var columnNames: (shown: [String], hidden: [String]) {
    let all = screen.type.columns(self)
    let chosen = (columns[screen] ?? []).filter(all.contains)
    let shown = chosen.isEmpty ? all : chosen
    return (shown, all.filter { !shown.contains($0) })
  }

  /// Shows a column behind the others, or hides it; one is always left.
  mutating func toggle(column name: String) {
    var shown = columnNames.shown
    if let place = shown.firstIndex(of: name) {
      guard shown.count > 1 else { return }
      shown.remove(at: place)
    } else {
      shown.append(name)
    }
    columns[screen] = shown
  }

  /// Moves a column that is shown one place to the left or right; false at an end.
  mutating func move(column name: String, by step: Int) -> Bool {
    var shown = columnNames.shown
    guard let place = shown.firstIndex(of: name), shown.indices.contains(place + step) else {
      return false
    }
    shown.swapAt(place, place + step)
    columns[screen] = shown
    return true
  }

  /// Lets the program choose again.
  mutating func forgetColumns() { columns[screen] = nil }

  /// What a picker of columns does with a key; nil where it is like any other picker.
  mutating func handle(_ key: Key, inColumns picker: PickerState) -> OverlayAnswer? {
    guard picker.scope == .columns, picker.query.text.isEmpty || key == .enter else { return nil }
    var picker = picker
    let items = pickerItems(picker)
    let chosen = palette(picker).chosen.map { items[$0].choice }
    switch key {
    case .enter:
      guard case .column(let name) = chosen else { return .done }
      toggle(column: name)
      picker.query = PromptState()
      picker.selected = place(of: name, in: picker)
    case .left, .right:
      guard case .column(let name) = chosen else { return .done }
      if !move(column: name, by: key == .left ? -1 : 1) { return .done }
      picker.selected = place(of: name, in: picker)
    case .delete:
      forgetColumns()
      picker.selected = 0
    default: return nil
    }
    overlay = .picker(picker)
    return .done
  }

  private func place(of name: String, in picker: PickerState) -> Int {
    pickerItems(picker).firstIndex { $0.choice == .column(name) } ?? 0
  }

  /// What a picker of columns lists.
  var columnItems: [(choice: PickerChoice, item: Palette.Item)] {
    let names = columnNames
    let sign = glyphs.pick("✓", "x")
    return names.shown.enumerated().map { place, name in
      (.column(name), Palette.Item("\(sign) \(name)", note: "shown", keys: "\(place + 1)"))
    } + names.hidden.map { (.column($0), Palette.Item("  \($0)", note: "hidden")) }
  }
}
