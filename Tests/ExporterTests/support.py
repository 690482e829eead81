"""What several tests need: models from a seed, a naive float64 scorer, a reader of evidence."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import torch

ARCHITECTURES = ("gpt2", "llama", "gpt-neox")
KINDS = ("lora", "prefix", "prompt", "p-tuning")
CONTEXT = 96
_WORDS = (
    "the a cat dog sat on mat ran to naïve café 東京 😀 value = 0x1F ; \n if x: return y".split(" ")
)


def make_texts(count: int, seed: int = 1) -> list[str]:
    """Invented texts of 1 to about 60 words, some with characters of several bytes."""
    draw = random.Random(seed)
    texts = []
    for number in range(count):
        words = [draw.choice(_WORDS) for _ in range(1 + number * 37 % 60)]
        texts.append(" ".join(words) + f" {number}")
    return texts


TEXTS = make_texts(14)


def make_tokenizer() -> Any:
    """Byte-level BPE trained on the texts, with start and end tokens it does not add by itself."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=320,
        special_tokens=["<s>", "</s>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(make_texts(60, seed=2), trainer)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        clean_up_tokenization_spaces=False,
    )


def make_model(architecture: str, folder: Path, tokenizer: Any, seed: int = 0) -> None:
    """A random model with weights large enough for distributions that are not flat."""
    from transformers import (
        GPT2Config,
        GPT2LMHeadModel,
        GPTNeoXConfig,
        GPTNeoXForCausalLM,
        LlamaConfig,
        LlamaForCausalLM,
    )

    torch.manual_seed(seed)
    size = len(tokenizer)
    common = {"vocab_size": size, "bos_token_id": 0, "eos_token_id": 1, "initializer_range": 0.2}
    model: Any
    if architecture == "gpt2":
        model = GPT2LMHeadModel(
            GPT2Config(n_positions=CONTEXT, n_embd=32, n_layer=2, n_head=4, **common)
        )
    elif architecture == "llama":
        model = LlamaForCausalLM(
            LlamaConfig(
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=2,
                num_attention_heads=4,
                num_key_value_heads=2,
                max_position_embeddings=CONTEXT,
                **common,
            )
        )
    else:
        model = GPTNeoXForCausalLM(
            GPTNeoXConfig(
                hidden_size=32,
                intermediate_size=64,
                num_hidden_layers=2,
                num_attention_heads=4,
                max_position_embeddings=CONTEXT,
                **common,
            )
        )
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def make_adapter(base: Path, architecture: str, kind: str, folder: Path) -> None:
    """An adapter with random weights: a fresh one would change nothing."""
    import peft
    from transformers import AutoModelForCausalLM

    task = peft.TaskType.CAUSAL_LM
    modules = {"gpt2": ["c_attn"], "llama": ["q_proj", "v_proj"], "gpt-neox": ["query_key_value"]}
    configs: dict[str, Any] = {
        "lora": lambda: peft.LoraConfig(
            task_type=task,
            r=4,
            lora_alpha=8,
            target_modules=modules[architecture],
            fan_in_fan_out=architecture == "gpt2",
        ),
        "prefix": lambda: peft.PrefixTuningConfig(task_type=task, num_virtual_tokens=5),
        "prompt": lambda: peft.PromptTuningConfig(task_type=task, num_virtual_tokens=5),
        "p-tuning": lambda: peft.PromptEncoderConfig(
            task_type=task, num_virtual_tokens=5, encoder_hidden_size=16
        ),
    }
    torch.manual_seed(7)
    model = peft.get_peft_model(AutoModelForCausalLM.from_pretrained(base), configs[kind]())
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.normal_(0, 0.3)
    model.save_pretrained(folder)
    config = folder / "adapter_config.json"
    facts = json.loads(config.read_text())
    facts["base_model_name_or_path"] = "../full"
    config.write_text(json.dumps(facts))


@torch.no_grad()
def naive(folder: Path, ids: list[list[int]]) -> list[dict[str, np.ndarray]]:
    """Every column of every text, one text at a time, all in float64."""
    import peft
    from transformers import AutoModelForCausalLM

    adapter = (folder / "adapter_config.json").exists()
    base = AutoModelForCausalLM.from_pretrained(
        folder.parent / "full" if adapter else folder, dtype=torch.float64
    )
    model: Any = peft.PeftModel.from_pretrained(base, folder) if adapter else base
    model = model.double().eval()
    found = []
    for own in ids:
        tokens = torch.tensor([own])
        logits = model(input_ids=tokens, attention_mask=torch.ones_like(tokens)).logits[0]
        assert logits.dtype == torch.float64
        log_p = torch.log_softmax(logits[-len(own) :][:-1], dim=-1).numpy()
        true = np.array([row[token] for row, token in zip(log_p, own[1:])])
        p = np.exp(log_p)
        mean = (p * log_p).sum(1)
        found.append(
            {
                "logprobs": true,
                "ranks": 1 + (log_p > true[:, None]).sum(1),
                "top1_ids": log_p.argmax(1),
                "top1_logprobs": log_p.max(1),
                "logprob_means": mean,
                "logprob_stds": np.sqrt((p * (log_p - mean[:, None]) ** 2).sum(1)),
            }
        )
    return found


class Evidence:
    """An evidence file, opened by the library everyone else would use."""

    def __init__(self, path: Path) -> None:
        from safetensors import safe_open

        with safe_open(path, "np") as file:
            self.tensors = {name: file.get_tensor(name) for name in file.keys()}
            self.metadata = file.metadata()

    @property
    def run(self) -> dict[str, Any]:
        fields: dict[str, Any] = json.loads(self.metadata["run"])
        return fields

    def texts(self, name: str) -> list[bytes]:
        data = self.tensors[f"{name}.bytes"].tobytes()
        offsets = self.tensors[f"{name}.offsets"]
        return [data[a:b] for a, b in zip(offsets[:-1], offsets[1:])]

    def objects(self, name: str) -> list[Any]:
        return [json.loads(text) if text else None for text in self.texts(name)]

    def ids(self) -> list[list[int]]:
        offsets = self.tensors["sequence.token_offsets"]
        tokens = self.tensors["token_ids"].tolist()
        return [tokens[a:b] for a, b in zip(offsets[:-1], offsets[1:])]

    def positions(self, column: str) -> list[np.ndarray]:
        offsets = self.tensors["sequence.token_offsets"]
        values = self.tensors[column]
        return [values[offsets[i] - i : offsets[i + 1] - i - 1] for i in range(len(offsets) - 1)]

    def vocabulary(self) -> dict[int, bytes]:
        ids = self.tensors["vocabulary.ids"].tolist()
        return dict(zip(ids, self.texts("vocabulary.texts")))
