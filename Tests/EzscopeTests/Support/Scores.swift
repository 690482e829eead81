import Foundation

/// Score files with leaks of known size, the same in every run.
enum Scores {
  /// Lines of a score file with one attack, `mine`; members' scores are higher by `shift`.
  ///
  /// Of `unknown` sequences the first `used` score like members.
  static func csv(
    members: Int, nonMembers: Int, unknown: Int = 0, used: Int = 0, shift: Double, seed: UInt64 = 1
  ) -> String {
    var state = seed
    func normal() -> Double {
      (0..<12).reduce(-6.0) { sum, _ in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return sum + Double(state >> 11) / Double(1 << 53)
      }
    }
    var text = "id,label,mine\n"
    for index in 0..<members { text += "m\(index),1,\(normal() + shift)\n" }
    for index in 0..<nonMembers { text += "n\(index),0,\(normal())\n" }
    for index in 0..<unknown { text += "u\(index),,\(normal() + (index < used ? shift : 0))\n" }
    return text
  }
}
