/// Seconds since 1970 as `2026-03-01T12:00:00Z` and back, in the proleptic Gregorian calendar.
package enum Timestamp {
  package static func text(_ seconds: Int64) -> String {
    let days = (Double(seconds) / 86_400).rounded(.down)
    guard abs(days) < 3_000_000 else { return String(seconds) }
    let clock = Int(seconds) - Int(saturating: days) * 86_400
    let date = date(daysSince1970: Int(saturating: days))
    guard (0...9999).contains(date.year) else { return String(seconds) }
    return padded(date.year, 4) + "-" + padded(date.month, 2) + "-" + padded(date.day, 2) + "T"
      + padded(clock / 3600, 2) + ":" + padded(clock / 60 % 60, 2) + ":" + padded(clock % 60, 2)
      + "Z"
  }

  /// Reads what ``text(_:)`` writes, or plain seconds; nil for anything else.
  package static func seconds(_ text: String) -> Int64? {
    if let seconds = Int64(text) { return seconds }
    let bytes = Array(text.utf8)
    let marks: [(Int, Character)] = [
      (4, "-"), (7, "-"), (10, "T"), (13, ":"), (16, ":"), (19, "Z"),
    ]
    guard bytes.count == 20,
      marks.allSatisfy({ bytes[$0.0] == $0.1.asciiValue })
    else { return nil }
    var fields: [Int] = []
    for range in [0..<4, 5..<7, 8..<10, 11..<13, 14..<16, 17..<19] {
      guard bytes[range].allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
      fields.append(bytes[range].reduce(0) { $0 * 10 + Int($1) - 0x30 })
    }
    guard (1...12).contains(fields[1]), (1...31).contains(fields[2]), fields[3] < 24,
      fields[4] < 60, fields[5] < 60
    else { return nil }
    let days = daysSince1970(year: fields[0], month: fields[1], day: fields[2])
    guard date(daysSince1970: days) == (fields[0], fields[1], fields[2]) else { return nil }
    return Int64(days * 86_400 + fields[3] * 3600 + fields[4] * 60 + fields[5])
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Years begin in March here, so that the leap day is a year's last; eras have 400 years.
  private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
    return (
      yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
      dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    )
  }
}
