import CZlib

/// Zlib: the target's log-probability per compressed byte of the text (Carlini and others, 2021).
///
/// score = mean_j t_j / z, z = length of the text's UTF-8 bytes under zlib at level 6, header and
/// checksum included, as Python's `len(zlib.compress(text.encode()))`. Other zlib implementations
/// compress to other lengths, so scores are comparable only under the same one.
public struct Zlib: Attack, SequenceScorer {
  /// What the attack is and what it needs.
  public static let card = AttackCard(
    id: "zlib", title: "Zlib", source: "Carlini et al. 2021",
    summary: "mean log-probability under the target over the text's compressed length",
    needs: [.target, .text])
  /// It has no parameters.
  public static let parameters: [Parameter<Self>] = []

  /// The attack.
  public init() {}

  /// The version of the zlib library in use, which scores depend on.
  public static var libraryVersion: String { String(cString: zlibVersion()) }

  /// The mean log-probability over the compressed length, in nats a byte.
  public func score(_ sequence: borrowing SequenceView, _ scratch: inout Scratch) -> Score {
    // A record without text has an empty one: no text that was scored is empty.
    guard let target = present(sequence.target.logprobs), let text = sequence.text,
      text.count > 0 || sequence.positions == 0
    else { return .none(.missingEvidence) }
    guard let mean = mean(target, sequence.scored, &scratch) else { return .none(.tooShort) }
    if scratch.deflater == nil { scratch.deflater = Deflater() }
    guard let length = scratch.deflater?.compressedLength(text) else { return .none(.undefined) }
    return .ordinary(mean / Double(length))
  }
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
