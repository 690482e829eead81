/// How a target was fine-tuned.
public enum FineTuningMethod: String, CaseIterable, Sendable {
  /// Every weight.
  case full
  /// Low-rank adaptation.
  case lora
  /// Only the output layer.
  case head
  /// Bottleneck adapters.
  case adapter
  /// Only the biases.
  case bitfit
  /// Trainable key and value prefixes in every layer.
  case prefix
  /// Soft embeddings before the input.
  case prompt
  /// Soft prompts produced by a small network.
  case pTuning = "p-tuning"
  /// Never fine-tuned.
  case pretrained
  /// Fine-tuned on other documents.
  case control
  /// Target and reference are the same model.
  case selfReference = "self"

  /// The family the method belongs to.
  public var family: MethodFamily {
    switch self {
    case .full, .lora, .head, .adapter, .bitfit: .parameterBased
    case .prefix, .prompt, .pTuning: .promptBased
    case .pretrained, .control, .selfReference: .control
    }
  }
}

/// The two families of arXiv 2507.00258 (Hou and others), and runs that must not leak.
public enum MethodFamily: String, CaseIterable, Sendable {
  /// Weights of the model are changed or added to.
  case parameterBased = "parameter-based"
  /// Only what stands before the input is trained.
  case promptBased = "prompt-based"
  /// Nothing of the audited documents was trained on.
  case control
}

/// One target against one reference: what is known of the fine-tuning.
public struct Run: Sendable, Hashable {
  /// The name, unique in an experiment.
  public var name: String
  /// The name of the reference, if evidence names one.
  public var reference: String?
  /// The fine-tuning method, if it is one of those known here.
  public var method: FineTuningMethod?
  /// The model that was fine-tuned.
  public var model: String?
  /// Parameters of the model.
  public var parameters: Int?
  /// Parameters that were trained.
  public var trainableParameters: Int?
  /// Epochs trained.
  public var epoch: Double?
  /// Optimizer steps trained.
  public var steps: Int?
  /// Sequences a step.
  public var batch: Int?
  /// Which sequences it had been trained on, where a list says so.
  public var seen: SeenSequences?
  /// The training seed.
  public var seed: Int?
  /// Validation loss of the target in nats per token.
  public var validationLoss: Double?
  /// Validation loss of the reference in nats per token.
  public var referenceValidationLoss: Double?
  /// The number format the model passes ran in, such as `float32` or `bfloat16`.
  public var precision: String?
  /// The number format the reference's passes ran in, where it is known.
  public var referencePrecision: String?
  /// Every further key of the manifest, in its order: name and value as written.
  public var details: [Detail] = []

  /// A further key of a run's metadata.
  public struct Detail: Sendable, Hashable {
    /// The key.
    public var key: String
    /// The value as text.
    public var value: String

    /// Names a key's value.
    public init(key: String, value: String) {
      self.key = key
      self.value = value
    }
  }

  /// A run of which nothing but the name is known.
  public init(name: String) { self.name = name }
}
