import Testing

/// What users do with the real program in a real terminal, one story after the other: each has
/// the machine to itself, so that waiting for a screen is short.
@Suite(.serialized, .needsTmux)
enum Stories {}
