/// A systematic sample: rows at even steps, the same ones every time, spread over the whole.
func systematicSample(_ rows: [Int], atMost limit: Int) -> [Int] {
  guard rows.count > limit else { return rows }
  return (0..<limit).map { rows[$0 * rows.count / limit] }
}
