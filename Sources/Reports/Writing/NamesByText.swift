/// Names that the same text is said of, said once.
package struct NamesByText {
  package private(set) var groups: [(names: [String], text: String)] = []

  package init(_ items: [(name: String, text: String)]) {
    for item in items {
      if let place = groups.firstIndex(where: { $0.text == item.text }) {
        groups[place].names.append(item.name)
      } else {
        groups.append(([item.name], item.text))
      }
    }
  }

  /// Why attacks cannot be computed, those with one reason together: `a, b need c`.
  package static func reasons(_ items: [(attack: String, reason: String)]) -> [String] {
    let needs = " needs "
    let shared = NamesByText(
      items.map { attack, reason in
        (attack, reason.hasPrefix(attack + needs) ? "\(reason.dropFirst(attack.count))" : reason)
      })
    return shared.groups.map { names, text in
      let attacks = names.joined(separator: ", ")
      guard text.hasPrefix(needs) else { return "\(attacks): \(text)" }
      return names.count == 1 ? attacks + text : "\(attacks) need \(text.dropFirst(needs.count))"
    }
  }
}
