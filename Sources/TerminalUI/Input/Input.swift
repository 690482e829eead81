/// One thing the terminal sent, whole and decoded.
package enum Input: Hashable, Sendable {
  case key(KeyPress)
  /// Pasted text as one event, so that pasting never runs key bindings; line ends are `\n`.
  /// `droppedBytes` counts what came after the decoder's cap.
  case paste(String, droppedBytes: Int)
  case mouse(Mouse)
  /// The terminal's window gained (`true`) or lost the focus.
  case focus(Bool)
  /// An answer to a query, or a sequence nobody here knows: never a key. The text lacks its ESC.
  case reply(String)

  package static func key(_ key: Key, _ modifiers: Modifiers = []) -> Input {
    .key(KeyPress(key, modifiers))
  }
}
