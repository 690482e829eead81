extension Array where Element: Equatable {
  /// What follows an element, the first after the last.
  func after(_ element: Element) -> Element {
    guard let place = firstIndex(of: element) else { return element }
    return self[(place + 1) % count]
  }
}
