"""What a loader only warns about: weights that are missing, left over, or another model's."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from support import naive


def copied(folder, tmp_path, name="copy"):
    target = tmp_path / name
    shutil.copytree(folder, target)
    return target


def renamed(folder, change):
    """The weights of a folder under other names; None leaves a weight out."""
    from safetensors.torch import load_file, save_file

    path = next(folder.glob("*.safetensors"))
    weights = {change(name): value for name, value in load_file(path).items()}
    weights.pop(None, None)
    save_file(weights, path, metadata={"format": "pt"})


def configured(folder, **changes):
    path = folder / "config.json"
    config = json.loads(path.read_text()) | changes
    path.write_text(json.dumps(config))


@pytest.mark.parametrize(
    "prefix",
    [
        "_orig_mod.",
        "module.",
        "module._orig_mod.",
        "_forward_module.",
        "base_model.model.",
    ],
)
def test_prefixes_of_wrappers_are_left_out_and_said(
    zoo, export, tmp_path, prefix, capsys
):
    from ezscope_export.cli import main

    target = copied(zoo("llama", "full"), tmp_path)
    renamed(target, lambda name: prefix + name)
    found = export("--target", target, "--reference", zoo("llama", "full"))
    assert np.array_equal(
        found.tensors["target.logprobs"], found.tensors["reference.logprobs"]
    )
    assert found.run["weights_loaded"] == found.run["reference_weights_loaded"]
    data = tmp_path / "t.jsonl"
    data.write_text('{"text": "the cat sat"}\n')
    words = ["--target", target, "--reference", target, "--unknown", data]
    capsys.readouterr()
    assert main([str(w) for w in [*words, "--out", tmp_path / "said.safetensors"]]) == 0
    assert "weights bear the prefix of" in capsys.readouterr().err


def test_a_wrapper_inside_every_layer_is_left_out(zoo, export, tmp_path):
    target = copied(zoo("llama", "full"), tmp_path)
    renamed(
        target, lambda n: n.replace("layers.0.", "layers.0._checkpoint_wrapped_module.")
    )
    found = export("--target", target, "--reference", zoo("llama", "full"))
    assert np.array_equal(
        found.tensors["target.logprobs"], found.tensors["reference.logprobs"]
    )


@pytest.mark.parametrize(
    "change,words",
    [
        (
            lambda n: None if n == "lm_head.weight" else n,
            "would be random: lm_head.weight",
        ),
        (
            lambda n: n.replace("layers.1", "layers.7"),
            "would be random: model.layers.1",
        ),
        (
            lambda n: "model.layers.0.extra.weight" if "layers.0.mlp.up" in n else n,
            "random",
        ),
        (
            lambda n: "score.weight" if n == "lm_head.weight" else n,
            "left over: score.weight",
        ),
        (
            lambda n: n.replace("q_proj.weight", "q_proj.base_layer.weight"),
            "would be random",
        ),
    ],
)
def test_weights_that_do_not_fit_are_refused_by_name(
    zoo, status_of, tmp_path, capsys, change, words
):
    target = copied(zoo("llama", "full"), tmp_path)
    renamed(target, change)
    assert status_of(target=target, reference=zoo("llama", "full")) == 65
    shown = capsys.readouterr().err
    assert words in shown and "Traceback" not in shown


def test_left_over_weights_are_refused(zoo, status_of, tmp_path, capsys):
    target = copied(zoo("llama", "full"), tmp_path)
    configured(target, num_hidden_layers=1)
    assert status_of(target=target, reference=zoo("llama", "full")) == 65
    assert (
        "have no place in LlamaForCausalLM: model.layers.1." in capsys.readouterr().err
    )


def test_a_value_head_is_left_out(zoo, export, tmp_path):
    import torch
    from safetensors.torch import load_file, save_file

    target = copied(zoo("llama", "full"), tmp_path)
    path = target / "model.safetensors"
    weights = load_file(path) | {"v_head.summary.weight": torch.ones(1, 32)}
    save_file(weights, path, metadata={"format": "pt"})
    found = export("--target", target, "--reference", zoo("llama", "full"))
    assert np.array_equal(
        found.tensors["target.logprobs"], found.tensors["reference.logprobs"]
    )
    assert found.run["weights_loaded"] == "21 of 22 tensors"


def test_a_last_layer_that_the_configuration_ties_away_is_refused(
    zoo, status_of, tmp_path, capsys
):
    target = copied(zoo("llama", "full"), tmp_path)
    configured(target, tie_word_embeddings=True)
    status = status_of(target=target, reference=zoo("llama", "full"))
    if status == 0:
        # This transformers keeps a last layer that differs: then nothing is lost.
        from support import Evidence

        found = Evidence(tmp_path / "x.safetensors")
        same = found.tensors["target.logprobs"] == found.tensors["reference.logprobs"]
        assert same.all()
    else:
        assert status == 65
        assert "tie_word_embeddings" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name,content,words",
    [
        (
            "model.safetensors",
            b"version https://git-lfs.github.com/spec/v1\n",
            "Git LFS pointer",
        ),
        ("model.safetensors", b"\x01\x02", "cut short or no safetensors"),
        ("model.safetensors", b"\xff" * 200, "cut short or no safetensors"),
        ("model.safetensors", (2).to_bytes(8, "little") + b"[]", "no header"),
        ("model.safetensors", None, "its header speaks of"),
        (
            "config.json",
            b"version https://git-lfs.github.com/spec/v1\n",
            "Git LFS pointer",
        ),
        ("config.json", b"{", "is not JSON"),
    ],
)
def test_broken_files_are_named(zoo, status_of, tmp_path, capsys, name, content, words):
    target = copied(zoo("gpt2", "full"), tmp_path)
    if content is None:
        content = (target / name).read_bytes()[:20_000]
    (target / name).write_bytes(content)
    assert status_of(target=target, reference=zoo("gpt2", "full")) == 66
    shown = capsys.readouterr().err
    assert words in shown and name in shown


def test_pickled_weights_need_to_be_allowed(zoo, status_of, export, tmp_path, capsys):
    import torch
    from safetensors.torch import load_file

    target = copied(zoo("llama", "full"), tmp_path)
    torch.save(load_file(target / "model.safetensors"), target / "pytorch_model.bin")
    (target / "model.safetensors").unlink()
    assert status_of(target=target, reference=zoo("llama", "full")) == 65
    assert "--allow-pickle" in capsys.readouterr().err
    found = export(
        "--target", target, "--reference", zoo("llama", "full"), "--allow-pickle"
    )
    assert np.array_equal(
        found.tensors["target.logprobs"], found.tensors["reference.logprobs"]
    )


@pytest.mark.parametrize(
    "files,words",
    [
        (
            ["checkpoint-9/config.json", "checkpoint-20/config.json"],
            "newest is {}/checkpoint-20",
        ),
        (["merged/config.json"], "newest is {}/merged"),
        (["model-q4.gguf"], "GGUF"),
        (["zero_to_fp32.py", "config.json"], "DeepSpeed"),
        (["pytorch_model_fsdp_0/x", "config.json"], "FSDP"),
        (["consolidated.00.pth"], "Meta's own"),
        (["notes.txt"], "has no config.json"),
    ],
)
def test_folders_that_are_no_model_say_what_they_are(
    zoo, status_of, tmp_path, capsys, files, words
):
    target = tmp_path / "out"
    for name in files:
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('{"model_type": "gpt2"}')
    assert status_of(target=target, reference=zoo("gpt2", "full")) == 66
    assert words.format(target) in capsys.readouterr().err


def test_missing_shards_are_named(zoo, status_of, tmp_path, capsys):
    from transformers import AutoModelForCausalLM

    target = copied(zoo("llama", "full"), tmp_path)
    (target / "model.safetensors").unlink()
    model = AutoModelForCausalLM.from_pretrained(zoo("llama", "full"))
    model.save_pretrained(target, max_shard_size="30KB")
    assert status_of(target=target, reference=zoo("llama", "full")) == 0
    shard = sorted(target.glob("model-*.safetensors"))[1]
    shard.unlink()
    assert status_of(target=target, reference=zoo("llama", "full")) == 66
    assert shard.name in capsys.readouterr().err


# Adapters


def adapter(zoo, tmp_path, **changes):
    """A LoRA adapter of the llama model, its base named by its full path."""
    folder = copied(zoo("llama", "lora"), tmp_path, "lora")
    config = json.loads((folder / "adapter_config.json").read_text())
    config |= {"base_model_name_or_path": str(zoo("llama", "full"))} | changes
    (folder / "adapter_config.json").write_text(json.dumps(config))
    return folder


@pytest.mark.parametrize(
    "change,words",
    [
        (
            lambda n: n.replace("model.model.", "model._orig_mod.model."),
            "match nothing",
        ),
        (lambda n: n.replace("layers.0", "layers.5"), "match nothing"),
        (lambda n: None if "layers.0" in n else n, "are not in its files"),
    ],
)
def test_adapters_that_are_not_applied_are_refused(
    zoo, status_of, tmp_path, capsys, change, words
):
    folder = adapter(zoo, tmp_path)
    renamed(folder, change)
    assert status_of(target=folder, reference="adapter-off") == 65
    assert words in capsys.readouterr().err


def test_adapters_of_another_width_are_refused(zoo, status_of, tmp_path, capsys):
    from support import make_tokenizer
    from transformers import LlamaConfig, LlamaForCausalLM

    other = tmp_path / "other"
    tokenizer = make_tokenizer()
    LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer),
            hidden_size=16,
            intermediate_size=32,
            num_hidden_layers=2,
            num_attention_heads=4,
            max_position_embeddings=96,
        )
    ).save_pretrained(other)
    tokenizer.save_pretrained(other)
    folder = adapter(zoo, tmp_path)
    assert status_of("--base", other, target=folder, reference="adapter-off") == 65
    shown = capsys.readouterr().err
    assert "does not fit" in shown and "--base" in shown


@pytest.mark.parametrize(
    "changes,status,words",
    [
        ({"base_model_name_or_path": "/home/somebody/models/base"}, 66, "pass --base"),
        ({"base_model_name_or_path": "somebody/base-7b"}, 66, "pass --base"),
        ({"base_model_name_or_path": None}, 65, "pass --base"),
        ({"task_type": "SEQ_CLS"}, 65, "adapter for SEQ_CLS"),
    ],
)
def test_adapters_say_what_their_base_is(
    zoo, status_of, tmp_path, capsys, changes, status, words
):
    folder = adapter(zoo, tmp_path, **changes)
    assert status_of(target=folder, reference="adapter-off") == status
    assert words in capsys.readouterr().err


def test_adapters_without_weights_are_refused(zoo, status_of, tmp_path, capsys):
    folder = adapter(zoo, tmp_path)
    (folder / "adapter_model.safetensors").unlink()
    assert status_of(target=folder, reference="adapter-off") == 66
    assert "has no adapter_model.safetensors" in capsys.readouterr().err


@pytest.mark.parametrize("saved", [True, False], ids=["trained", "only resized"])
def test_resized_embeddings_fit_both_models(zoo, export, tmp_path, saved):
    import peft
    import torch
    from support import make_tokenizer
    from transformers import AutoModelForCausalLM

    base = zoo("llama", "full")
    tokenizer = make_tokenizer()
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|new|>", "<|end|>"]})
    model = AutoModelForCausalLM.from_pretrained(base)
    model.resize_token_embeddings(len(tokenizer))
    config = peft.LoraConfig(
        task_type="CAUSAL_LM",
        r=4,
        target_modules=["q_proj", "v_proj"],
        modules_to_save=["embed_tokens", "lm_head"] if saved else None,
        base_model_name_or_path=str(base),
    )
    tuned = peft.get_peft_model(model, config)
    with torch.no_grad():
        for parameter in tuned.parameters():
            if parameter.requires_grad:
                parameter.add_(0.1 * torch.randn_like(parameter))
    folder = tmp_path / "resized"
    tuned.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    texts = tmp_path / "texts.jsonl"
    texts.write_text('{"text": "the cat <|new|> sat<|end|>"}\n{"text": "a dog ran"}\n')
    words = ["--target", folder, "--members", texts]
    off = export(
        *words, "--reference", "adapter-off", out="off.safetensors", data=False
    )
    given = export(*words, "--reference", base, out="given.safetensors", data=False)
    assert off.run["resized_vocabulary"] == len(tokenizer)
    with torch.no_grad():
        ids = torch.tensor([off.ids()[0]])
        log_p = torch.log_softmax(tuned.eval()(input_ids=ids).logits[0].double(), -1)
    expected = [float(log_p[i, t]) for i, t in enumerate(off.ids()[0][1:])]
    assert np.abs(off.positions("target.logprobs")[0] - expected).max() < 1e-4
    assert np.array_equal(
        off.tensors["target.logprobs"], given.tensors["target.logprobs"]
    )
    # The base is the same with the adapter off and by itself, but for the rows it never had.
    plain = naive(base, [given.ids()[1]])[0]["logprobs"]
    assert np.abs(given.positions("reference.logprobs")[1] - plain).max() < 0.05
    assert np.isfinite(off.tensors["reference.logprobs"]).all()


def test_a_token_beyond_a_narrower_reference_is_found_before_scoring(
    zoo, tmp_path, capsys, monkeypatch
):
    from ezscope_export import export as module
    from ezscope_export.cli import main
    from support import make_tokenizer
    from transformers import AutoModelForCausalLM

    base = zoo("llama", "full")
    tokenizer = make_tokenizer()
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|new|>"]})
    model = AutoModelForCausalLM.from_pretrained(base)
    model.resize_token_embeddings(len(tokenizer))
    wide = tmp_path / "wide"
    model.save_pretrained(wide)
    tokenizer.save_pretrained(wide)
    data = tmp_path / "t.jsonl"
    rows = [{"id": str(n), "text": f"the cat sat {n}"} for n in range(9)]
    rows[4]["text"] += " <|new|>"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    monkeypatch.setattr(module, "load", lambda *_: pytest.fail("a model was loaded"))
    words = ["--target", wide, "--reference", base, "--members", data]
    assert main([str(w) for w in [*words, "--out", tmp_path / "x.safetensors"]]) == 65
    assert "ends before token" in capsys.readouterr().err


@pytest.mark.parametrize(
    "quantization,words",
    [
        ({"quant_method": "bitsandbytes", "load_in_4bit": True}, "bitsandbytes 4-bit"),
        ({"quant_method": "gptq", "bits": 4}, "gptq 4-bit"),
        ({"quant_method": "awq", "bits": 4}, "awq 4-bit"),
    ],
)
def test_quantized_bases_name_the_package_they_need(
    zoo, status_of, tmp_path, capsys, quantization, words, monkeypatch
):
    import importlib.util

    find = importlib.util.find_spec
    absent = ("bitsandbytes", "gptqmodel", "auto_gptq", "awq")
    monkeypatch.setattr(
        importlib.util,
        "find_spec",
        lambda name, *a: None if name in absent else find(name, *a),
    )
    target = copied(zoo("llama", "full"), tmp_path)
    configured(target, quantization_config=quantization)
    assert status_of(target=target, reference=target) == 65
    shown = capsys.readouterr().err
    assert words in shown and "pip install" in shown
