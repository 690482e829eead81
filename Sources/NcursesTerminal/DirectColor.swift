/// A terminfo entry with 24-bit colours, carried along because systems seldom have one.
///
/// ncurses takes whole entries from `TERMINFO`. Compiled from `direct-color.ti`, which says how.
enum DirectColor {
  static let name = "ezscope-direct"

  /// Terminals whose control sequences the entry describes.
  static func fits(term: String) -> Bool {
    let families = [
      "xterm", "tmux", "screen", "alacritty", "kitty", "foot", "wezterm", "ghostty", "vte", "rio",
      "contour", "konsole", "gnome", "iterm",
    ]
    return !term.hasSuffix("-mono") && families.contains { term.hasPrefix($0) }
  }

  static let terminfo =
    "b64:"
    + "HgI2AA8ADwBpAXIBZXpzY29wZS1kaXJlY3R8MjQtYml0IGNvbG91cnMgZm9yIHRoZSBmYW1pbHkgb2YgeHRlcm0A"
    + "AAEAAAEAAAAAAAAAAAEBAFAAAAAIAAAAGAAAAP__________________________________________________"
    + "__8AAAABAAABAP__AAACAP____8EAAwAEAAUAP__HwAwADIANgA9AP__PwBGAP__SgD__________________04A"
    + "UwD__1wA________YQD__2YAawD__3QAeAD_______-BAP__________________________________________"
    + "________________________________________________________________________________________"
    + "__________________________________-HAP_______5AAmQD__6IA________________________________"
    + "qwD_______________-2AP__________________________________________________________________"
    + "________________________________________________________________________________________"
    + "________________________________________________________________________________________"
    + "________________________________________________________________________________________"
    + "__________________________-4AP__________________________________________________________"
    + "_____________70A________________________________________________________________________"
    + "________________________________________________________________________________________"
    + "___GABwBBwANABtbSBtbMkoAG1tLABtbSgAbWyVpJXAxJWRHABtbJWklcDElZDslcDIlZEgACgAbW0gAG1s_MjVs"
    + "AAgAG1s_MjVoABtbQwAbW0EAG1sxbQAbWz8xMDQ5aAAbWzJtABtbN20AG1s0bQAbWyVwMSVkWAAbW20AG1s_MTA0"
    + "OWwAG1syNG0AG1slcDElZEIAG1slcDElZEQAG1slcDElZEMAG1slcDElZEEAG1slaSVwMSVkZAAJABtbMUsAG1sz"
    + "OTs0OW0AG1szODslPyVwMSV7MjU2fSU8JXQ1OyVwMSVkJWUyOyVwMSV7NjU1MzZ9JS8lZDslcDElezI1Nn0lLyV7"
    + "MjU1fSUmJWQ7JXAxJXsyNTV9JSYlZCU7bQAbWzQ4OyU_JXAxJXsyNTZ9JTwldDU7JXAxJWQlZTI7JXAxJXs2NTUz"
    + "Nn0lLyVkOyVwMSV7MjU2fSUvJXsyNTV9JSYlZDslcDElezI1NX0lJiVkJTttAAIAAAAAAAIABwABAQAAAwBBWABS"
    + "R0IA"
}
