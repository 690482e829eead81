"""Fine-tuning data as people have it: read as what it is, or refused with its columns."""

from __future__ import annotations

import json

import pytest
from ezscope_export.errors import ExportError
from ezscope_export.inputs import Source, read_source, told_apart
from ezscope_export.records import Fields, record_of
from ezscope_export.sequences import IdsRestart, Sequences, spool
from ezscope_export.tokenization import Encoder, TokenizerOptions
from support import make_tokenizer

CHAT = (
    "{% for m in messages %}<{{ m['role'] }}>{{ m['content'] }}</s>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
)
TURNS = "<user>Say it.</s><assistant>It.</s>"


def chatty():
    tokenizer = make_tokenizer()
    tokenizer.chat_template = CHAT
    return tokenizer


def starting():
    """A tokenizer that puts a start token before every text."""
    from tokenizers import processors

    tokenizer = make_tokenizer()
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", special_tokens=[("<s>", 0)]
    )
    return tokenizer


def encoded(row, tokenizer=None, **options):
    record = record_of(row, Fields(), 1, "r", "f:1")
    encoder = Encoder(tokenizer or chatty(), TokenizerOptions(400, **options))
    return next(iter(encoder.encode([record])))


def counted(item, tokenizer):
    """The part of a text whose tokens count."""
    ids = [token for token, flag in zip(item.ids[1:], item.scored) if flag]
    return tokenizer.decode(ids)


ANSWER = [{"role": "user", "content": "Say it."}, {"role": "assistant", "content": "It."}]
SHARE = [{"from": "human", "value": "Say it."}, {"from": "gpt", "value": "It."}]


@pytest.mark.parametrize(
    "row,text,answer,layout",
    [
        ({"messages": ANSWER}, TURNS, "It.</s>", "messages"),
        ({"messages": json.dumps(ANSWER)}, TURNS, "It.</s>", "messages"),
        ({"conversations": ANSWER}, TURNS, "It.</s>", "messages"),
        ({"conversations": SHARE}, TURNS, "It.</s>", "sharegpt"),
        (
            {"conversations": SHARE, "system": "Be brief."},
            "<system>Be brief.</s>" + TURNS,
            "It.</s>",
            "sharegpt",
        ),
        ({"instruction": "Say it.", "output": "It."}, TURNS, "It.</s>", "alpaca (chat template)"),
        (
            {"instruction": "Say", "input": "it.", "output": "It."},
            "<user>Say\nit.</s><assistant>It.</s>",
            "It.</s>",
            "alpaca (chat template)",
        ),
        (
            {"instruction": "b", "input": "", "output": "It.", "history": [["a", "A"]]},
            "<user>a</s><assistant>A</s><user>b</s><assistant>It.</s>",
            "A</s>It.</s>",
            "alpaca (chat template)",
        ),
        (
            {"prompt": "Say it.", "completion": " It."},
            "Say it. It.",
            " It.",
            "prompt and completion",
        ),
        ({"prompt": ANSWER[:1], "completion": ANSWER[1:]}, TURNS, "It.</s>", "messages"),
        (
            {"segments": [{"text": "a b", "label": False}, {"text": " c d", "label": True}]},
            "a b c d",
            " c d",
            "segments",
        ),
    ],
)
def test_layouts_are_read_as_what_they_are(row, text, answer, layout):
    whole = encoded(row)
    assert (whole.text, whole.layout) == (text, layout)
    assert whole.scored is None and whole.record.meta == {}
    part = encoded(row, completion_only=True)
    assert part.text == text and part.ids == whole.ids
    assert counted(part, chatty()) == answer


def test_alpaca_in_stanfords_words():
    row = {"instruction": "Say", "input": "it.", "output": "It."}
    item = encoded(row, make_tokenizer(), completion_only=True)
    assert item.text.startswith("Below is an instruction")
    assert item.text.endswith("### Instruction:\nSay\n\n### Input:\nit.\n\n### Response:\nIt.")
    assert counted(item, make_tokenizer()) == "It."
    assert item.layout == "alpaca (Stanford's prompt)"
    assert "### Input" not in encoded({**row, "input": ""}, make_tokenizer()).text
    assert encoded(row, chatty(), alpaca="alpaca").text == item.text


@pytest.mark.parametrize(
    "row",
    [
        {"input": "a", "output": "b"},
        {"content": "a", "answer": "b"},
        {"prompt": "a", "response": "b"},
        {"question": "a", "answer": "b"},
        {"instruction": "a", "response": "b"},
        {"prompt": "a", "chosen": "b", "rejected": "c"},
        {"input_ids": [1, 2], "labels": [1, 2]},
    ],
)
def test_unknown_layouts_are_refused_with_their_columns(row):
    with pytest.raises(ExportError) as caught:
        record_of(row, Fields(), 1, "r", "f:1")
    assert "its columns are " + ", ".join(row) in str(caught.value)


@pytest.mark.parametrize(
    "row", [{"input": "a b", "label": 1}, {"text": "a b"}, {"sentence": "a b", "n": 3}]
)
def test_plain_texts(row):
    assert record_of(row, Fields(), 1, "r", "f:1").text == "a b"


def test_turns_that_were_not_trained_on_do_not_count():
    turns = [*ANSWER, ANSWER[0], {"role": "assistant", "content": "No.", "weight": 0}]
    item = encoded({"messages": turns}, completion_only=True)
    assert counted(item, chatty()) == "It.</s>"


@pytest.mark.parametrize(
    "turns", [[{"from": "narrator", "value": "x"}], [], "hello", [{"role": "user"}]]
)
def test_broken_conversations_are_refused(turns):
    with pytest.raises(ExportError):
        record_of({"messages": turns}, Fields(), 1, "r", "f:1")


def spooled(tmp_path, rows, tokenizer=None, skip=False, label=None, **options):
    path = tmp_path / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    said: list[str] = []
    encoder = Encoder(tokenizer or starting(), TokenizerOptions(60, **options))
    records = read_source(Source(str(path), label), Fields())
    spool(tmp_path / "s", encoder.encode(records), said.append, said.append, skip)
    return said


@pytest.mark.parametrize(
    "rows,options",
    [
        ([{"text": ""}], {}),
        ([{"text": "a"}], {"bos": "never"}),
        ([{"instruction": "Do it", "input": "", "output": " "}], {}),
        ([{"prompt": "a b c", "completion": ""}], {"completion_only": True}),
    ],
)
def test_a_text_without_a_predicted_position_is_empty(tmp_path, rows, options):
    good = (
        {"prompt": "one", "completion": " two three"}
        if options.get("completion_only")
        else {"text": "one two three"}
    )
    with pytest.raises(ExportError) as caught:
        spooled(tmp_path, [good, *rows], **options)
    assert "--skip-empty" in str(caught.value) and "rows.jsonl:2" in str(caught.value)
    assert "1 empty texts skipped" in spooled(tmp_path, [good, *rows], skip=True, **options)
    with pytest.raises(ExportError) as caught:
        spooled(tmp_path, rows, skip=True, **options)
    assert "only empty texts" in str(caught.value)


def test_overlap_and_contradictions_are_counted(tmp_path):
    rows = [{"text": f"a text {n}", "label": 1} for n in range(4)]
    rows += [{"text": f"a text {n}", "label": 0, "id": f"x{n}"} for n in (1, 2, 7)]
    said = spooled(tmp_path, rows)
    assert any(line.startswith("2 texts are among both") for line in said)
    assert Sequences(tmp_path / "s").facts["shared"] == 2
    said = spooled(tmp_path, [{**row, "id": str(n)} for n, row in enumerate(rows)], label=1)
    assert any(line.startswith("3 rows of rows are given as --members") for line in said)


def test_all_members_as_non_members_are_refused(tmp_path):
    rows = [{"text": f"a text {n}", "label": k} for n in range(3) for k in (0, 1)]
    with pytest.raises(ExportError) as caught:
        spooled(tmp_path, rows)
    assert "all 3 texts" in str(caught.value)


def test_class_labels_stay_as_metadata(tmp_path):
    record = record_of({"text": "a", "label": 3}, Fields(), 1, "r", "f:1")
    assert record.meta == {"label": 3} and record.contradiction is None
    record = record_of({"text": "a", "label": "member"}, Fields(), 1, "r", "f:1")
    assert record.meta == {} and record.contradiction is None


def test_completions_beyond_the_cut_are_counted(tmp_path):
    rows = [
        {"prompt": "one two " * 60, "completion": "three"},
        {"prompt": "a", "completion": " b c"},
    ]
    said = spooled(tmp_path, rows, completion_only=True)
    assert any("begins beyond --max-length" in line for line in said)


def test_files_of_one_name_are_told_apart(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "data.jsonl").write_text('{"text": "x"}\n')
    sources = [Source(str(tmp_path / f / "data.jsonl"), 1) for f in ("a", "b")]
    assert [source.stem for source in told_apart(sources)] == ["a-data", "b-data"]
    other = Source(str(tmp_path / "other.jsonl"), 1)
    assert told_apart([sources[0], other])[0].stem == "data"


def test_ids_that_restart_get_their_files_names(zoo, tmp_path, capsys):
    from ezscope_export.cli import main
    from support import Evidence

    for name in ("train", "test"):
        rows = [{"id": n, "text": f"{name} text {n}"} for n in range(3)]
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))
    model = zoo("gpt2", "full")
    words = ["--target", model, "--reference", model, "--out", tmp_path / "x.safetensors"]
    words += ["--members", tmp_path / "train.jsonl", "--non-members", tmp_path / "test.jsonl"]
    assert main([str(word) for word in words]) == 0
    assert "ids begin anew" in capsys.readouterr().err
    ids = Evidence(tmp_path / "x.safetensors").texts("sequence.ids")
    assert ids == [f"{name}:{n}".encode() for name in ("train", "test") for n in range(3)]
    with pytest.raises(IdsRestart):
        encoder = Encoder(make_tokenizer(), TokenizerOptions(60))
        records = [
            record
            for name in ("train", "test")
            for record in read_source(Source(str(tmp_path / f"{name}.jsonl"), 1), Fields())
        ]
        spool(tmp_path / "s", encoder.encode(records), print, print, False)


@pytest.mark.parametrize(
    "name,content,words",
    [
        ("x.jsonl.gz", b'{"text": "no gzip"}', "is not gzip"),
        ("x.jsonl.gz", None, "cut short"),
        ("x.parquet", b"junk", "is broken"),
        ("x.jsonl", b"", "has no records"),
        ("x.csv", b"id,text\n", "has no records"),
        ("x.jsonl", b'{"text": ' + b"[" * 100_000, "beyond reason"),
        ("x.jsonl", b'{"text": "a", "n": ' + b"9" * 5_000 + b"}", "beyond reason"),
    ],
)
def test_broken_files_are_one_sentence(tmp_path, name, content, words):
    import gzip

    if name.endswith("parquet"):
        pytest.importorskip("pyarrow")
    if content is None:
        content = gzip.compress(b'{"text": "abc"}\n' * 200)[:40]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ExportError) as caught:
        list(read_source(Source(str(tmp_path / name), 1), Fields()))
    assert words in str(caught.value) and name in str(caught.value)


def test_endless_lines_are_refused(tmp_path, monkeypatch):
    import gzip

    from ezscope_export import inputs

    monkeypatch.setattr(inputs, "_LONGEST_LINE", 1_000)
    path = tmp_path / "x.jsonl.gz"
    path.write_bytes(gzip.compress(b'{"text": "' + b"a" * 5_000_000))
    with pytest.raises(ExportError) as caught:
        list(read_source(Source(str(path), 1), Fields()))
    assert "is longer than" in str(caught.value)
