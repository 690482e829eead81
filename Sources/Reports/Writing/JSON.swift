import Basics

/// A JSON document to be written: members keep their order.
package enum JSON {
  case null
  case bool(Bool)
  case int(Int)
  /// Shortest digits that read back as the same number; null where there is no finite number.
  case number(Double)
  case string(String)
  case list([JSON])
  case object([(key: String, value: JSON)])

  /// A number, or null without one.
  package static func number(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }
  /// A p-value that is never 0 by underflow, or null without one.
  package static func pValue(_ value: Double?) -> JSON {
    .number(value.map(NumberFormat.boundedPValue))
  }
  /// A count, or null without one.
  package static func int(_ value: Int?) -> JSON { value.map { .int($0) } ?? .null }
  /// A text, or null without one.
  package static func string(_ value: String?) -> JSON { value.map { .string($0) } ?? .null }
  /// A list of texts.
  package static func strings(_ values: [String]) -> JSON { .list(values.map { .string($0) }) }

  /// The document with two spaces a level; short lists and objects stay on one line.
  package var indented: String {
    var text = ""
    append(to: &text, depth: 0)
    return text + "\n"
  }

  /// The document on one line.
  package var line: String {
    var text = ""
    append(to: &text, depth: nil)
    return text
  }

  private func append(to text: inout String, depth: Int?) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .int(let value): text += String(value)
    case .number(let value): text += value.isFinite ? Self.digits(value) : "null"
    case .string(let value): Self.append(value, to: &text)
    case .list(let elements):
      Self.append(elements.map { ("", $0) }, "[", "]", to: &text, depth: depth)
    case .object(let members): Self.append(members, "{", "}", to: &text, depth: depth)
    }
  }

  private static func append(
    _ members: [(key: String, value: JSON)], _ open: String, _ close: String,
    to text: inout String, depth: Int?
  ) {
    let isFlat = depth == nil || members.allSatisfy { $0.value.isScalar } && members.count <= 8
    let inner = depth.map { $0 + 1 }
    text += open
    for (index, member) in members.enumerated() {
      if index > 0 { text += isFlat && depth != nil ? ", " : "," }
      if let inner, !isFlat { text += "\n" + String(repeating: "  ", count: inner) }
      if open == "{" {
        append(member.key, to: &text)
        text += depth == nil ? ":" : ": "
      }
      member.value.append(to: &text, depth: inner)
    }
    if let depth, !isFlat { text += "\n" + String(repeating: "  ", count: depth) }
    text += close
  }

  private var isScalar: Bool {
    switch self {
    case .list, .object: false
    default: true
    }
  }

  /// Whole numbers without a fraction, as people write them.
  private static func digits(_ value: Double) -> String {
    if let whole = Int(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
    return value.description
  }

  private static func append(_ value: String, to text: inout String) {
    var json = JSONText()
    json.string(value)
    text += String(decoding: json.bytes, as: UTF8.self)
  }
}
