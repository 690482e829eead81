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
    + "HgI2AA8ADwBpAX4BZXpzY29wZS1kaXJlY3R8MjQtYml0IGNvbG91cnMgZm9yIHRoZSBmYW1pbHkgb2YgeHRlcm0A"
    + "AAEAAAEAAAAAAAAAAAEBAFAAAAAIAAAAGAAAAP__________________________________________________"
    + "__8AAAABAAABAP__AAACAP____8EAAwAEAAUAP__HwAwADIANgA9AP__PwBGAP__SgD__________________04A"
    + "UwD__1wA________YQD__2YAawD__3QAeAD_______-BAP__________________________________________"
    + "________________________________________________________________________________________"
    + "__________________________________-HAP_______5AAmQD__6IA________________________________"
    + "qwD_______________-2AP__________________________________________uAC-AP__________________"
    + "________________________________________________________________________________________"
    + "________________________________________________________________________________________"
    + "________________________________________________________________________________________"
    + "___________________________EAP__________________________________________________________"
    + "_____________8kA________________________________________________________________________"
    + "________________________________________________________________________________________"
    + "___SACgBBwANABtbSBtbMkoAG1tLABtbSgAbWyVpJXAxJWRHABtbJWklcDElZDslcDIlZEgACgAbW0gAG1s_MjVs"
    + "AAgAG1s_MjVoABtbQwAbW0EAG1sxbQAbWz8xMDQ5aAAbWzJtABtbN20AG1s0bQAbWyVwMSVkWAAbW20AG1s_MTA0"
    + "OWwAG1syNG0AG1slcDElZEIAG1slcDElZEQAG1slcDElZEMAG1slcDElZEEAG1slaSVwMSVkZAAJABtbPzdoABtb"
    + "PzdsABtbMUsAG1szOTs0OW0AG1szODslPyVwMSV7MjU2fSU8JXQ1OyVwMSVkJWUyOyVwMSV7NjU1MzZ9JS8lZDsl"
    + "cDElezI1Nn0lLyV7MjU1fSUmJWQ7JXAxJXsyNTV9JSYlZCU7bQAbWzQ4OyU_JXAxJXsyNTZ9JTwldDU7JXAxJWQl"
    + "ZTI7JXAxJXs2NTUzNn0lLyVkOyVwMSV7MjU2fSUvJXsyNTV9JSYlZDslcDElezI1NX0lJiVkJTttAAIAAAAAAAIA"
    + "BwABAQAAAwBBWABSR0IA"
}
