/// What the argument parser says of a mistake, as the rest of the program would put it.
enum UsageMessage {
  /// One line without a full stop at its end, as a remedy follows it.
  static func sentence(_ message: String) -> String {
    let listed = "Please provide one of the following:"
    var text = message
    if let start = text.firstRange(of: listed) {
      let values = text[start.upperBound...].split(separator: "\n").map { line in
        line.drop { $0 == " " || $0 == "-" }
      }
      text = text[..<start.lowerBound] + "Please provide one of " + values.joined(separator: ", ")
    }
    text = text.replacing(". Please provide one of ", with: "; give one of ")
    while text.last == "." || text.last == "\n" { text.removeLast() }
    return text.split(separator: "\n").joined(separator: " ")
  }
}
