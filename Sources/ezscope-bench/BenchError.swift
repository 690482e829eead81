/// Why a benchmark cannot be run.
struct BenchError: Error, CustomStringConvertible { let description: String }
