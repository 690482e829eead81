"""Models spread over memory and disk, and weights in 8 or 4 bits: what runs without a GPU."""

from __future__ import annotations

import importlib.util
import json
import shutil

import numpy as np
import pytest
from support import make_tokenizer

needs_accelerate = pytest.mark.skipif(
    importlib.util.find_spec("accelerate") is None, reason="accelerate is not installed"
)
needs_bitsandbytes = pytest.mark.skipif(
    importlib.util.find_spec("bitsandbytes") is None, reason="bitsandbytes is not installed"
)


@pytest.fixture(scope="module")
def deep(tmp_path_factory):
    """A model of 1.4 MB, a quarter of which may lie in memory."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    folder = tmp_path_factory.mktemp("deep") / "full"
    tokenizer = make_tokenizer()
    torch.manual_seed(5)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=64,
        intermediate_size=192,
        num_hidden_layers=5,
        num_attention_heads=4,
        max_position_embeddings=96,
        initializer_range=0.1,
        tie_word_embeddings=False,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def adapter(deep, kind, folder, **options):
    """A random adapter of the model."""
    import peft
    import torch
    from transformers import AutoModelForCausalLM

    torch.manual_seed(6)
    if kind == "prompt":
        config = peft.PromptTuningConfig(task_type="CAUSAL_LM", num_virtual_tokens=4)
    else:
        modules = ["q_proj", "v_proj", "down_proj"]
        config = peft.LoraConfig(task_type="CAUSAL_LM", r=4, target_modules=modules, **options)
    model = peft.get_peft_model(AutoModelForCausalLM.from_pretrained(deep), config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.normal_(0, 0.1)
    model.save_pretrained(folder)
    return folder


def spread(folder, memory="350k"):
    return ["--device-map", "auto", "--max-memory", f"cpu={memory}", "--offload", folder]


def assert_same(one, other, limit=1e-5):
    for side in ("target", "reference"):
        for name in ("logprobs", "top1_logprobs", "logprob_means", "logprob_stds"):
            key = f"{side}.{name}"
            assert np.abs(one.tensors[key] - other.tensors[key]).max() < limit, key
    assert np.array_equal(one.tensors["target.ranks"], other.tensors["target.ranks"])


@needs_accelerate
def test_layers_on_disk_give_what_layers_in_memory_give(deep, export, tmp_path):
    words = ["--target", deep, "--reference", deep, "--device", "cpu"]
    plain = export(*words)
    parts = export(*words, *spread(tmp_path / "layers"), out="spread.safetensors")
    assert_same(plain, parts)
    assert " on disk" in parts.run["device_map"] and "cpu" in parts.run["device_map"]
    assert parts.run["reference_device_map"] == parts.run["device_map"]
    assert "device_map" not in plain.run
    assert parts.run["parameters"] == plain.run["parameters"]


@needs_accelerate
@pytest.mark.parametrize("kind", ["lora", "prompt"])
def test_an_adapter_goes_onto_layers_on_disk(deep, export, tmp_path, monkeypatch, kind):
    folder = adapter(deep, kind, tmp_path / kind)
    words = ["--target", folder, "--reference", "adapter-off", "--base", deep, "--device", "cpu"]
    plain = export(*words)
    assert np.abs(plain.tensors["target.logprobs"] - plain.tensors["reference.logprobs"]).max() > 1
    before = {path: path.read_bytes() for path in deep.iterdir()}
    monkeypatch.chdir(tmp_path)
    known = set(tmp_path.iterdir())
    parts = export(*words, *spread(tmp_path / "layers"), out="spread.safetensors")
    assert_same(plain, parts)
    assert " on disk" in parts.run["device_map"]
    # peft's own way writes the base again, where the command is called or over itself.
    assert {path: path.read_bytes() for path in deep.iterdir()} == before
    new = {path.name for path in set(tmp_path.iterdir()) - known}
    assert new <= {"layers", "spread.safetensors"}


@needs_accelerate
def test_an_adapter_goes_onto_layers_that_fit_into_memory(deep, export, tmp_path):
    folder = adapter(deep, "lora", tmp_path / "lora")
    words = ["--target", folder, "--reference", "adapter-off", "--base", deep, "--device", "cpu"]
    parts = export(*words, *spread(tmp_path / "layers", "1G"), out="spread.safetensors")
    assert_same(export(*words), parts)
    assert "disk" not in parts.run.get("device_map", "")


@needs_accelerate
@pytest.mark.parametrize("options", [{"use_dora": True}, {"modules_to_save": ["lm_head"]}])
def test_adapters_that_need_the_weights_in_memory_are_refused(
    deep, status_of, tmp_path, capsys, options
):
    folder = adapter(deep, "lora", tmp_path / "lora", **options)
    words = ["--base", deep, *spread(tmp_path / "layers")]
    assert status_of(*words, target=folder, reference="adapter-off") == 65
    assert "raise --max-memory, or merge the adapter" in capsys.readouterr().err


@needs_accelerate
def test_embeddings_on_disk_are_not_resized(deep, status_of, tmp_path, capsys):
    from transformers import AutoModelForCausalLM

    other, base = tmp_path / "wider", deep
    model = AutoModelForCausalLM.from_pretrained(base)
    model.resize_token_embeddings(len(make_tokenizer()) + 8)
    model.save_pretrained(other)
    make_tokenizer().save_pretrained(other)
    folder = adapter(other, "lora", tmp_path / "lora", modules_to_save=["embed_tokens", "lm_head"])
    words = ["--base", base, *spread(tmp_path / "layers", "20k")]
    assert status_of(*words, target=folder, reference="adapter-off") == 65
    assert "embeddings lie on disk" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words,package",
    [
        (["--quantize", "4bit"], "bitsandbytes"),
        (["--quantize", "8bit"], "bitsandbytes"),
        (["--device-map", "auto"], "accelerate"),
    ],
)
def test_packages_that_are_missing_are_named_before_anything_is_read(
    status_of, capsys, monkeypatch, words, package
):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *a: None if name == package else find(name, *a)
    )
    from ezscope_export import export as module

    monkeypatch.setattr(module, "Roster", lambda *_: pytest.fail("a model was looked at"))
    assert status_of(*words) == 64
    assert f"{words[0]} " in (shown := capsys.readouterr().err)
    assert f"pip install {package}" in shown


@pytest.mark.parametrize("words", [["--max-memory", "cpu=1G"], ["--offload", "x"]])
def test_where_layers_go_needs_a_map(status_of, capsys, words):
    assert status_of(*words) == 64
    assert "--device-map auto" in capsys.readouterr().err


def by_hand(folder, options, ids):
    """Log-probabilities of a quantized model, a text at a time."""
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder, device_map={"": "cpu"}, **options).eval()
    found = []
    for own in ids:
        with torch.no_grad():
            logits = model(input_ids=torch.tensor([own])).logits[0].float()
        log_p = torch.log_softmax(logits, -1)
        found.append(log_p[torch.arange(len(own) - 1), torch.tensor(own[1:])].numpy())
    return found


@needs_bitsandbytes
@pytest.mark.parametrize("bits", ["4bit", "8bit"])
def test_weights_in_few_bits_are_scored_as_the_library_has_them(deep, export, bits):
    from transformers import BitsAndBytesConfig

    words = ["--reference", deep, "--device", "cpu", "--quantize", bits]
    found = export("--target", deep, *words)
    config = (
        BitsAndBytesConfig(load_in_4bit=True, bnb_4bit_quant_type="nf4")
        if bits == "4bit"
        else BitsAndBytesConfig(load_in_8bit=True)
    )
    own = by_hand(deep, {"quantization_config": config}, found.ids())
    for values, expected in zip(found.positions("target.logprobs"), own):
        assert np.abs(values - expected).max() < 1e-3
    plain = export("--target", deep, "--reference", deep, "--device", "cpu", out="p.safetensors")
    moved = np.abs(found.tensors["target.logprobs"] - plain.tensors["target.logprobs"]).max()
    assert moved > 1e-2
    said = "bitsandbytes 4-bit nf4" if bits == "4bit" else "bitsandbytes 8-bit"
    assert found.run["quantization"] == found.run["reference_quantization"] == said
    assert found.run["parameters"] == plain.run["parameters"]


@needs_bitsandbytes
def test_a_base_that_is_stored_in_four_bits_takes_an_adapter(deep, export, tmp_path):
    import torch
    from transformers import AutoModelForCausalLM, BitsAndBytesConfig

    config = BitsAndBytesConfig(
        load_in_4bit=True, bnb_4bit_quant_type="nf4", bnb_4bit_compute_dtype=torch.float32
    )
    packed = tmp_path / "packed"
    AutoModelForCausalLM.from_pretrained(
        deep, quantization_config=config, device_map={"": "cpu"}
    ).save_pretrained(packed)
    make_tokenizer().save_pretrained(packed)
    folder = adapter(deep, "lora", tmp_path / "lora")
    shutil.copy(deep / "tokenizer.json", folder)
    facts = json.loads((folder / "adapter_config.json").read_text())
    facts["base_model_name_or_path"] = str(packed)
    (folder / "adapter_config.json").write_text(json.dumps(facts))
    found = export("--target", folder, "--reference", "adapter-off", "--device", "cpu")
    assert found.run["quantization"] == "bitsandbytes 4-bit nf4"
    own = by_hand(packed, {}, found.ids())
    for values, expected in zip(found.positions("reference.logprobs"), own):
        assert np.abs(values - expected).max() < 1e-3
    assert np.abs(found.tensors["target.logprobs"] - found.tensors["reference.logprobs"]).max() > 1
