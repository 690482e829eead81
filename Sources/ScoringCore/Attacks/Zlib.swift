import Basics
import CZlib

#if canImport(Glibc)
  import Glibc
#endif

/// Zlib: the target's log-probability per compressed byte of the text (Carlini and others, 2021).
///
/// score = mean_j t_j / z, z = length of the text's UTF-8 bytes under zlib at level 6, header and
/// checksum included, as Python's `len(zlib.compress(text.encode()))`. Other zlib implementations
/// compress to other lengths, so scores are comparable only under the same one. Three more formulas
/// go by the same name, and are other attacks: see `Form`.
public struct Zlib: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "zlib", title: "Zlib", source: "Carlini et al. 2021",
    summary: "mean log-probability under the target over the text's compressed length",
    needs: [.target, .text])
  /// Which of the formulas.
  public static let parameters: [Parameter<Self>] = [
    .choice("form", \.form, "the formula, by the code that has it")
  ]

  /// The formulas that go by this name; L is the loss, z the compressed length in bytes.
  public enum Form: String, CaseIterable, Sendable {
    /// −L / z: mimir, Min-K%++, ReCaLL; pandora-llm calls it ZLIBLoRa.
    case mimir
    /// −L / (z / n), n = number of characters (Unicode scalars): mia_llms_benchmark.
    case chars
    /// −L / (z / (n + 10⁻⁵) + 10⁻⁵): the code released with WBC.
    case charsWBC = "chars-wbc"
    /// −exp(L) / (8 z): LLM-PBE's perplexity a bit.
    case perplexityBits = "perplexity-bits"
  }

  /// Which of the formulas.
  public var form = Form.mimir

  /// The attack as mimir has it.
  public init() {}

  /// The mean log-probability over the compressed length, in nats per byte, or what the form says.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    // A record without text has an empty one: no text that was scored is empty.
    guard let target = present(sequence.target.logprobs), let text = sequence.text,
      text.count > 0 || sequence.positions == 0
    else { return .none(.missingEvidence) }
    guard let mean = mean(target, sequence.scored, &scratch) else { return .none(.tooShort) }
    if scratch.deflater == nil { scratch.deflater = Deflater() }
    guard let length = scratch.deflater?.compressedLength(text) else { return .none(.undefined) }
    return score(mean, bytes: Double(length), characters: Double(characterCount(text)))
  }

  private func score(_ mean: Double, bytes: Double, characters: Double) -> Score {
    switch form {
    case .mimir: .ordinary(mean / bytes)
    case .chars: characters == 0 ? .none(.undefined) : .ordinary(mean / (bytes / characters))
    case .charsWBC: .ordinary(mean / (bytes / (characters + 1e-5) + 1e-5))
    case .perplexityBits: .ordinary(-exp(-mean) / (8 * bytes))
    }
  }
}

/// ZLIBLoRa: the fine-tuned model's loss over the text's compressed length, under pandora-llm's name.
///
/// score = −L_ft / z, which is `zlib`.
public struct ZlibLoRa: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "zlib-lora", title: "ZLIBLoRa", source: "pandora-llm (safr-ai-lab, 2024)",
    summary: "minus the fine-tuned model's loss over the text's compressed length",
    needs: [.target, .text], ranksAs: Zlib.card.id)
  /// It has no parameters.
  public static let parameters: [Parameter<Self>] = []

  /// The attack.
  public init() {}

  /// Minus the loss over the compressed length, in nats per byte.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    Zlib().score(sequence, &scratch)
  }
}

/// The number of Unicode scalars of a UTF-8 text: its bytes but those that continue one.
private func characterCount(_ text: Span<UInt8>) -> Int {
  var count = 0
  for index in text.indices where text[index] & 0xC0 != 0x80 { count &+= 1 }
  return count
}

/// A deflate stream at level 6 that is reset from text to text.
final class Deflater {
  private var stream: z_stream
  private var output = [UInt8](repeating: 0, count: 1 << 14)

  init?() {
    stream = z_stream()
    guard ez_deflate_init(&stream, 6) == Z_OK else { return nil }
  }

  deinit { deflateEnd(&stream) }

  /// The number of bytes the text compresses to, or nil if zlib fails.
  func compressedLength(_ text: Span<UInt8>) -> Int? {
    // zlib counts input in 32 bits.
    guard text.count <= UInt32.max, deflateReset(&stream) == Z_OK else { return nil }
    return text.withUnsafeBufferPointer { source in
      stream.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
      stream.avail_in = UInt32(source.count)
      while true {
        let status = output.withUnsafeMutableBufferPointer { buffer in
          stream.next_out = buffer.baseAddress
          stream.avail_out = UInt32(buffer.count)
          return deflate(&stream, Z_FINISH)
        }
        if status == Z_STREAM_END { return Int(stream.total_out) }
        guard status == Z_OK else { return nil }
      }
    }
  }
}
