import Basics

/// Window lengths, spelled `2-3-4` or `geometric`.
public struct WindowLengths: Hashable, Sendable, LosslessStringConvertible {
  /// The lengths in tokens, each at least 1.
  public let lengths: [Int]

  /// The ten lengths of the released code.
  public static let released = WindowLengths([2, 3, 4, 6, 9, 13, 18, 25, 32, 40])

  /// The ten lengths of the paper's equation 12, round(2 · 20^(k/9)), which the code does not have.
  public static let geometric = WindowLengths([2, 3, 4, 5, 8, 11, 15, 21, 29, 40])

  private init(_ lengths: [Int]) { self.lengths = lengths }

  /// Reads `geometric` or lengths joined by `-`; nil if one is not a positive number.
  public init?(_ description: String) {
    if description == "geometric" {
      self = .geometric
      return
    }
    let parts = description.split(separator: "-", omittingEmptySubsequences: false)
    let lengths = parts.compactMap { Int($0) }
    guard lengths.count == parts.count, !lengths.isEmpty, lengths.allSatisfy({ $0 >= 1 }) else {
      return nil
    }
    self.lengths = lengths
  }

  /// `geometric`, or the lengths joined by `-`.
  public var description: String {
    self == .geometric ? "geometric" : lengths.map(String.init).joined(separator: "-")
  }
}
