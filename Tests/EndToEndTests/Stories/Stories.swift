import Testing

/// What users do with the real program in a real terminal, one story after the other.
@Suite(.serialized, .needsTmux)
enum Stories {}
