/// Words of an audit that are no figures.
enum AuditWords {
  /// Which part of the report answers which question of those who ask for audits.
  static let questions: [(source: String, question: String, part: String)] = [
    (
      "EDPB Opinion 28/2024", "Tests against membership inference",
      "Verdict; Who was in the training data; Every attack"
    ),
    (
      "EDPB Opinion 28/2024",
      "Tests against exfiltration and regurgitation, direct and probabilistic",
      "Leaked text; What models reproduce when asked to go on"
    ),
    (
      "EDPB Opinion 28/2024", "Documentation of the tests and of their limits",
      "Conventions; What was not tested; Where this comes from"
    ),
    (
      "NIST AI RMF, MEASURE 2.10", "Privacy risk is examined and documented",
      "Verdict; Guards; Conventions"
    ),
    (
      "OWASP AISVS", "A privacy regression gate with stated limits",
      "Verdict (What to do); ezscope gate"
    ),
    ("OWASP AISVS", "A documented epsilon", "Every attack, where inclusion was randomized"),
  ]
}
