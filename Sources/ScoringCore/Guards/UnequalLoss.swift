import Basics

/// Whether two compared runs learned equally much.
///
/// The longer a model is fine-tuned the more it leaks: of two methods the one that learned less
/// leaks less, whatever the method. Leakage is compared at the same validation loss.
public struct UnequalLoss: Hashable, Sendable {
  /// How far apart, in nats per token, two validation losses must be.
  public static let threshold = 0.02

  /// The runs that are compared.
  public let first: Run
  /// The other run.
  public let second: Run

  /// Compares two runs.
  public init(_ first: Run, _ second: Run) {
    self.first = first
    self.second = second
  }

  /// What was found, in words.
  public var finding: GuardFinding {
    guard let a = first.validationLoss, let b = second.validationLoss else {
      let unknown = [first, second].filter { $0.validationLoss == nil }.map(\.name)
      return .notChecked(
        .unequalLoss,
        because: "the validation loss of \(unknown.joined(separator: " and ")) is unknown")
    }
    let losses = "\(NumberFormat.fixed(a, 3)) against \(NumberFormat.fixed(b, 3)) nats per token"
    let isUnequal = abs(a - b) > Self.threshold
    let sentence =
      isUnequal
      ? "\(first.name) and \(second.name) differ in validation loss (\(losses)): the difference in "
        + "leakage may come from how much was learned, and not from the method. Compare checkpoints "
        + "of the same loss."
      : "\(first.name) and \(second.name) are of like validation loss (\(losses))."
    return GuardFinding(
      .unequalLoss, isUnequal ? .tripped : .passed,
      figures: [.init("first_validation_loss", a), .init("second_validation_loss", b)],
      sentence: sentence, summary: "validation losses differ (\(losses))")
  }
}
