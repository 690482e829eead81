import Basics

/// Turns the bytes a terminal sends into keys, pastes, mouse and focus events and replies.
///
/// Bytes may arrive cut anywhere. Whatever they are, the decoder keeps working: invalid UTF-8
/// becomes U+FFFD, sequences it does not know become replies, and every buffer has a cap.
package struct InputDecoder: Hashable, Sendable {
  /// What an unfinished sequence is waiting for, which decides how long to wait.
  package enum Wait: Hashable, Sendable {
    /// A lone ESC or a cut character: a person may have meant just that, so decide soon.
    case key
    /// A sequence cut in its middle, as slow links do.
    case sequence
    /// The end of a bracketed paste.
    case paste
  }

  private enum State: Hashable, Sendable {
    case ground
    case escape
    case csi
    /// The Linux console spells F1 to F5 `CSI [ A` to `CSI [ E`.
    case linuxFunction
    /// Three raw bytes of the oldest mouse report, `CSI M`, which some terminals still send.
    case oldMouse
    case ss3
    /// OSC, DCS, APC, PM or SOS: text up to BEL or ESC \.
    case string
    case stringEscape
    case paste
  }

  /// The most bytes of one paste that are kept.
  package let pasteLimit: Int
  private static let sequenceLimit = 64
  private static let stringLimit = 4096
  private static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)

  private var state = State.ground
  private var utf8 = UTF8Assembler()
  private var hasAlt = false
  private var buffer: [UInt8] = []
  private var overflow = 0
  private var pasteEndMatched = 0

  package init(pasteLimit: Int = 1 << 20) { self.pasteLimit = pasteLimit }

  /// What the decoder is in the middle of, if anything.
  package var waiting: Wait? {
    switch state {
    case .ground: utf8.isPending ? .key : nil
    case .escape: .key
    case .csi, .ss3, .string: buffer.count <= 1 ? .key : .sequence
    case .linuxFunction, .oldMouse, .stringEscape: .sequence
    case .paste: .paste
    }
  }

  package var isPending: Bool { waiting != nil }

  package mutating func feed(_ bytes: some Sequence<UInt8>, _ emit: (Input) -> Void) {
    for byte in bytes { decode(byte, emit) }
  }

  /// Settles what is unfinished as it stands; call it when the wait is over.
  package mutating func flush(_ emit: (Input) -> Void) {
    defer { reset() }
    switch state {
    case .ground:
      if utf8.isPending { emitScalar(UTF8Assembler.replacement, emit) }
    case .escape:
      emit(.key(.escape))
    case .csi, .ss3, .string:
      // Nothing but its introducer came: that was Alt with the introducer's key.
      if let introducer = buffer.first, buffer.count == 1 {
        emit(.key(.character(Character(Unicode.Scalar(introducer))), .alt))
      }
    case .linuxFunction, .oldMouse, .stringEscape:
      break
    case .paste:
      buffer.append(contentsOf: Self.pasteEnd.prefix(pasteEndMatched))
      emitPaste(emit)
    }
  }

  private mutating func reset() {
    state = .ground
    utf8.reset()
    hasAlt = false
    buffer.removeAll(keepingCapacity: buffer.capacity <= Self.stringLimit)
    overflow = 0
    pasteEndMatched = 0
  }

  private mutating func decode(_ byte: UInt8, _ emit: (Input) -> Void) {
    switch state {
    case .ground: decodeText(byte, emit)
    case .escape: decodeEscape(byte, emit)
    case .csi: decodeCSI(byte, emit)
    case .linuxFunction: decodeLinuxFunction(byte, emit)
    case .oldMouse: decodeOldMouse(byte, emit)
    case .ss3: decodeSS3(byte, emit)
    case .string, .stringEscape: decodeString(byte, emit)
    case .paste: decodePaste(byte, emit)
    }
  }

  // MARK: Text and control characters

  private mutating func decodeText(_ byte: UInt8, _ emit: (Input) -> Void) {
    if byte == 0x1B, !utf8.isPending {
      state = .escape
      return
    }
    switch utf8.append(byte) {
    case .more:
      break
    case .scalar(let scalar):
      emitScalar(scalar, emit)
    case .broken:
      emitScalar(UTF8Assembler.replacement, emit)
      decodeText(byte, emit)
    }
  }

  private mutating func emitScalar(_ scalar: Unicode.Scalar, _ emit: (Input) -> Void) {
    let alt: Modifiers = hasAlt ? .alt : []
    hasAlt = false
    switch scalar.value {
    case 0x00: emit(.key(.character(" "), alt.union(.control)))
    case 0x08, 0x7F: emit(.key(.backspace, alt))
    case 0x09: emit(.key(.tab, alt))
    case 0x0A, 0x0D: emit(.key(.enter, alt))
    case 0x1B: emit(.key(.escape, alt))
    case 0x01...0x1A, 0x1C...0x1F:
      // Ctrl-A is 1; 1C to 1F are Ctrl with \ ] ^ _.
      let letter = UInt8(scalar.value) + (scalar.value < 0x1B ? 0x60 : 0x40)
      emit(.key(.character(Character(Unicode.Scalar(letter))), alt.union(.control)))
    default: emit(.key(.character(Character(scalar)), alt))
    }
  }

  // MARK: Escape sequences

  private mutating func decodeEscape(_ byte: UInt8, _ emit: (Input) -> Void) {
    switch byte {
    case UInt8(ascii: "["): begin(.csi, with: byte)
    case UInt8(ascii: "O"): begin(.ss3, with: byte)
    case UInt8(ascii: "]"), UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "^"),
      UInt8(ascii: "X"):
      begin(.string, with: byte)
    case 0x1B:
      emit(.key(.escape))
    default:
      state = .ground
      hasAlt = true
      decodeText(byte, emit)
    }
  }

  private mutating func begin(_ next: State, with introducer: UInt8) {
    state = next
    buffer = [introducer]
    overflow = 0
  }

  /// Leaves a sequence that cannot go on, and reads the byte afresh.
  private mutating func abandon(for byte: UInt8, _ emit: (Input) -> Void) {
    reset()
    decodeText(byte, emit)
  }

  private mutating func keep(_ byte: UInt8, limit: Int) {
    if buffer.count < limit { buffer.append(byte) } else { overflow += 1 }
  }

  private mutating func decodeCSI(_ byte: UInt8, _ emit: (Input) -> Void) {
    switch byte {
    case UInt8(ascii: "[") where buffer.count == 1:
      state = .linuxFunction
    case UInt8(ascii: "M") where buffer.count == 1:
      begin(.oldMouse, with: byte)
    case 0x20...0x3F:
      keep(byte, limit: Self.sequenceLimit)
    case 0x40...0x7E:
      let sequence = overflow == 0 ? ControlSequence(body: buffer.dropFirst(), final: byte) : nil
      reset()
      guard let sequence else { return emit(.reply("[oversized")) }
      switch sequence.meaning {
      case .pasteBegins: state = .paste
      case .input(let input): emit(input)
      case .nothing: break
      }
    default:
      abandon(for: byte, emit)
    }
  }

  private mutating func decodeLinuxFunction(_ byte: UInt8, _ emit: (Input) -> Void) {
    guard (UInt8(ascii: "A")...UInt8(ascii: "E")).contains(byte) else {
      return abandon(for: byte, emit)
    }
    reset()
    emit(.key(.function(Int(byte - UInt8(ascii: "A")) + 1)))
  }

  private mutating func decodeOldMouse(_ byte: UInt8, _ emit: (Input) -> Void) {
    guard byte >= 0x20 else { return abandon(for: byte, emit) }
    buffer.append(byte)
    guard buffer.count == 4 else { return }
    let (code, column, row) = (Int(buffer[1]) - 32, Int(buffer[2]) - 32, Int(buffer[3]) - 32)
    reset()
    // This form does not say which button was released: the left one is what dragging needs.
    let isRelease = code & 3 == 3 && code & 96 == 0
    let mouse = Mouse(
      sgr: isRelease ? code & ~3 : code, column: column, row: row, isRelease: isRelease)
    if let mouse { emit(.mouse(mouse)) }
  }

  private mutating func decodeSS3(_ byte: UInt8, _ emit: (Input) -> Void) {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ";"):
      // Some terminals put modifiers here too: `SS3 1 ; 5 P`.
      keep(byte, limit: Self.sequenceLimit)
    case 0x40...0x7E where overflow == 0:
      let sequence = ControlSequence(body: buffer.dropFirst(), final: byte)
      reset()
      emit(sequence.applicationKey)
    default:
      abandon(for: byte, emit)
    }
  }

  private mutating func decodeString(_ byte: UInt8, _ emit: (Input) -> Void) {
    switch (state, byte) {
    case (.stringEscape, UInt8(ascii: "\\")), (.string, 0x07):
      let text = String(decoding: buffer, as: UTF8.self)
      reset()
      emit(.reply(text))
    case (.stringEscape, _):
      // A new sequence begins: the string was never ended.
      reset()
      state = .escape
      decodeEscape(byte, emit)
    case (_, 0x1B):
      state = .stringEscape
    case (_, 0x00...0x06), (_, 0x0E...0x1A), (_, 0x1C...0x1F):
      abandon(for: byte, emit)
    default:
      keep(byte, limit: Self.stringLimit)
    }
  }

  // MARK: Paste

  private mutating func decodePaste(_ byte: UInt8, _ emit: (Input) -> Void) {
    if byte == Self.pasteEnd[pasteEndMatched] {
      pasteEndMatched += 1
      if pasteEndMatched == Self.pasteEnd.count {
        emitPaste(emit)
        reset()
      }
      return
    }
    for matched in Self.pasteEnd.prefix(pasteEndMatched) { keep(matched, limit: pasteLimit) }
    pasteEndMatched = 0
    if byte == 0x1B { pasteEndMatched = 1 } else { keep(byte, limit: pasteLimit) }
  }

  private func emitPaste(_ emit: (Input) -> Void) {
    var text = String.UnicodeScalarView()
    var wasReturn = false
    for scalar in String(decoding: buffer, as: UTF8.self).unicodeScalars {
      if scalar == "\r" {
        text.append("\n")
      } else if !(scalar == "\n" && wasReturn) {
        text.append(scalar)
      }
      wasReturn = scalar == "\r"
    }
    emit(.paste(String(text), droppedBytes: overflow))
  }
}
