/// How many terminal cells a scalar takes: 0, 1 or 2.
package enum Width {
  package static func of(_ scalar: Unicode.Scalar) -> Int { 1 }
}
