"""Bytes, start tokens, padding, truncation and what counts."""

from __future__ import annotations

import json

import numpy as np
import pytest
from support import TEXTS, Evidence, make_tokenizer, naive


def byte_fallback_tokenizer():
    """A tokenizer of Llama's kind: U+2581 for spaces, single bytes for what it does not know."""
    from tokenizers import Tokenizer, decoders, models, normalizers, processors
    from transformers import PreTrainedTokenizerFast

    pieces = ["<unk>", "<s>", "</s>", *(f"<0x{b:02X}>" for b in range(256))]
    pieces += ["\u2581", "a", "b", "\u2581a", "ab", "\u2581ab", "é"]
    tokenizer = Tokenizer(
        models.BPE(
            vocab={piece: n for n, piece in enumerate(pieces)},
            merges=[("\u2581", "a"), ("a", "b"), ("\u2581a", "b")],
            unk_token="<unk>",
            byte_fallback=True,
            fuse_unk=True,
        )
    )
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")]
    )
    tokenizer.decoder = decoders.Sequence(
        [
            decoders.Replace("\u2581", " "),
            decoders.ByteFallback(),
            decoders.Fuse(),
            decoders.Strip(" ", 1, 0),
        ]
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", 1)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>"
    )


@pytest.mark.parametrize(
    "text", ["plain", " two  spaces ", "東京 😀 naïve", "tab\tline\n", "</s>x"]
)
def test_byte_level_tokens_spell_the_text_exactly(text):
    from ezscope_export.token_bytes import TokenBytes

    tokenizer = make_tokenizer()
    spell = TokenBytes(tokenizer)
    ids = tokenizer(text)["input_ids"]
    assert b"".join(spell(token) for token in ids) == text.encode()


def test_half_a_character_keeps_its_bytes():
    from ezscope_export.token_bytes import TokenBytes

    tokenizer = make_tokenizer()
    spell = TokenBytes(tokenizer)
    single = tokenizer.convert_tokens_to_ids("æ")
    assert spell(single) == b"\xe6"
    assert "\ufffd" in tokenizer.decode([single])


@pytest.mark.parametrize(
    "text,expected",
    [
        ("ab", [b"<s>", b" ab"]),
        ("a b", [b"<s>", b" a", b" ", b"b"]),
        ("a東", [b"<s>", b" a", b"\xe6", b"\x9d", b"\xb1"]),
        ("é", [b"<s>", b" ", "é".encode()]),
    ],
)
def test_byte_fallback_tokens(text, expected):
    from ezscope_export.token_bytes import TokenBytes

    tokenizer = byte_fallback_tokenizer()
    spell = TokenBytes(tokenizer)
    assert [spell(token) for token in tokenizer(text)["input_ids"]] == expected


def test_ids_outside_the_vocabulary_have_no_bytes():
    from ezscope_export.token_bytes import TokenBytes

    assert TokenBytes(make_tokenizer())(10_000) == b""


def test_output_spells_every_text_and_every_first_choice(zoo, export):
    found = export("--target", zoo("gpt2", "lora"), "--reference", "adapter-off")
    vocabulary = found.vocabulary()
    assert list(vocabulary) == sorted(vocabulary)
    for own, text in zip(found.ids(), found.texts("sequence.texts")):
        assert b"".join(vocabulary[token] for token in own) == text
    assert set(found.tensors["target.top1_ids"].tolist()) <= set(vocabulary)
    assert found.texts("sequence.texts") == [text.encode() for text in TEXTS]


@pytest.mark.parametrize("bos,added", [("auto", False), ("always", True), ("never", False)])
def test_start_token_is_recorded(zoo, export, bos, added):
    target = zoo("llama", "full")
    found = export("--target", target, "--reference", target, "--bos", bos)
    starts = {own[0] == 0 for own in found.ids()}
    assert starts == {added}
    assert found.run["start_token"] == ("added" if added else "none")
    first = found.ids()[3]
    expected = naive(target, [first])[0]["logprobs"]
    assert np.abs(found.positions("target.logprobs")[3] - expected).max() < 1e-4


def test_tokenizer_that_adds_its_own_start_token():
    from ezscope_export.records import Record
    from ezscope_export.tokenization import Encoder, TokenizerOptions

    for bos, expected in (("auto", [1]), ("always", [1]), ("never", [])):
        encoder = Encoder(byte_fallback_tokenizer(), TokenizerOptions(20, bos=bos))
        ids = next(iter(encoder.encode([Record("a", 1, "x", text="ab")]))).ids
        assert ids == [*expected, encoder.tokenizer.convert_tokens_to_ids("\u2581ab")]


def test_cut_texts_are_recorded(zoo, export):
    target = zoo("gpt2", "full")
    whole = export("--target", target, "--reference", target, out="whole.safetensors")
    cut = export("--target", target, "--reference", target, "--max-length", 20, out="c.safetensors")
    for index, (long, short) in enumerate(zip(whole.ids(), cut.ids())):
        meta = cut.objects("sequence.metas")[index]
        assert short == long[:20]
        assert meta["family"] == "f"
        assert meta.get("truncated", False) == (len(long) > 20)
        own, rest = (e.positions("target.logprobs")[index] for e in (cut, whole))
        assert np.abs(own - rest[: len(own)]).max(initial=0) < 1e-5
    assert cut.run["truncated_sequences"] == sum(len(own) > 20 for own in whole.ids())
    assert cut.texts("sequence.texts") == whole.texts("sequence.texts")


def test_cut_text_matches_what_was_scored(zoo, export):
    target = zoo("gpt2", "full")
    found = export("--target", target, "--reference", target, "--max-length", 20, "--cut-text")
    vocabulary = found.vocabulary()
    for own, text in zip(found.ids(), found.texts("sequence.texts")):
        spelled = b"".join(vocabulary[token] for token in own)
        assert text.startswith(spelled[:-3]) and len(text) - len(spelled) < 4


def test_length_leaves_room_for_virtual_tokens(status_of, zoo, export, capsys):
    found = export("--target", zoo("gpt2", "prompt"), "--reference", "adapter-off")
    assert found.run["max_length"] == 96 - 5
    target = zoo("gpt2", "prompt")
    assert status_of("--max-length", 96, target=target, reference="adapter-off") == 65
    assert "91" in capsys.readouterr().err


TEMPLATE = (
    "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)


def conversation(*turns):
    return [{"role": role, "content": content} for role, content in turns]


def chat_file(path, rows):
    path.write_text("".join(json.dumps({"id": str(n), **row}) + "\n" for n, row in enumerate(rows)))
    return path


@pytest.fixture
def chat_target(zoo, tmp_path):
    import shutil

    folder = tmp_path / "chat"
    shutil.copytree(zoo("gpt2", "full"), folder)
    tokenizer = make_tokenizer()
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    return folder


def test_completion_only_counts_the_assistants_turns(chat_target, export, tmp_path):
    file = chat_file(
        tmp_path / "chat.jsonl",
        [
            {"messages": conversation(("user", "the cat"), ("assistant", "sat on"))},
            {
                "messages": conversation(
                    ("user", "a"), ("assistant", "b c"), ("user", "dog"), ("assistant", "ran")
                )
            },
            {"prompt": "value =", "completion": " 0x1F"},
        ],
    )
    found = export(
        "--target",
        chat_target,
        "--reference",
        chat_target,
        "--members",
        file,
        "--completion-only",
        data=False,
    )
    vocabulary = found.vocabulary()
    counted = []
    for own, flags in zip(found.ids(), found.positions("scored")):
        counted.append(b"".join(vocabulary[t] for t, flag in zip(own[1:], flags) if flag))
    assert counted == [b"sat on</s>", b"b c</s>ran</s>", b" 0x1F"]
    assert found.texts("sequence.texts")[0] == b"<|user|>the cat</s><|assistant|>sat on</s>"
    assert found.run["completion_only"] is True


def test_conversations_count_whole_unless_asked(chat_target, export, tmp_path):
    file = chat_file(tmp_path / "c.jsonl", [{"messages": conversation(("user", "the cat"))}])
    found = export(
        "--target", chat_target, "--reference", chat_target, "--members", file, data=False
    )
    assert "scored" not in found.tensors


@pytest.mark.parametrize(
    "row,words",
    [
        ({"text": "plain"}, "needs a conversation"),
        ({"messages": conversation(("user", "x"))}, "no assistant turn"),
        ({"messages": "no list"}, "not a list"),
    ],
)
def test_completion_only_refuses_what_has_none(chat_target, tmp_path, capsys, row, words):
    from ezscope_export.cli import main

    file = chat_file(tmp_path / "c.jsonl", [row])
    arguments = [
        "--target",
        chat_target,
        "--reference",
        chat_target,
        "--members",
        file,
        "--out",
        tmp_path / "x.safetensors",
        "--completion-only",
        "--quiet",
    ]
    assert main([str(a) for a in arguments]) == 65
    error = capsys.readouterr().err
    assert words in error and "c.jsonl:1" in error


def test_appended_end_token_is_scored(zoo, export):
    target = zoo("gpt2", "full")
    found = export("--target", target, "--reference", target, "--append-eos")
    assert all(own[-1] == 1 for own in found.ids() if len(own) < 96)
    assert found.run["end_token"] == "added"


def test_reference_with_another_tokenizer_is_refused(status_of, zoo, tmp_path, capsys):
    import shutil

    other = tmp_path / "other"
    shutil.copytree(zoo("gpt2", "full"), other)
    byte_fallback_tokenizer().save_pretrained(other)
    assert status_of(reference=other) == 65
    assert "would not line up" in capsys.readouterr().err


def test_texts_of_one_token_are_refused_or_left_out(zoo, export, tmp_path, capsys):
    from ezscope_export.cli import main

    file = tmp_path / "short.jsonl"
    file.write_text('{"text": "a"}\n{"text": "the cat sat"}\n')
    words = ["--target", zoo("gpt2", "full"), "--reference", zoo("gpt2", "full"), "--unknown", file]
    refused = [*words, "--out", tmp_path / "refused.safetensors", "--quiet"]
    assert main([str(word) for word in refused]) == 65
    assert "no predicted position" in capsys.readouterr().err
    found: Evidence = export(*words, "--skip-empty", data=False)
    assert len(found.positions("target.logprobs")) == 1
    assert found.tensors["sequence.labels"].tolist() == [-1]