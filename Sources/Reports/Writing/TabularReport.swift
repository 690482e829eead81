/// A report that can be written in every format.
package protocol TabularReport {
  var text: String { get }
  var json: JSON { get }
  var markdown: String { get }
  var csv: String { get }
}
