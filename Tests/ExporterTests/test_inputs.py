"""Every kind of input gives the same records, and every mistake its place and remedy."""

from __future__ import annotations

import csv
import gzip
import json

import pytest
from ezscope_export.errors import ExportError
from ezscope_export.inputs import Source, fingerprint, read_source
from ezscope_export.records import Fields

ROWS = [
    {"id": "a", "text": 'comma, "quote"\nline', "label": "1", "document": "d1"},
    {"id": "b", "text": "naïve 東京", "label": "0", "document": "d2"},
    {"id": "c", "text": "third", "label": "", "document": "d2"},
]


def write(path, kind):
    if kind == "jsonl":
        path.write_text("".join(json.dumps(r) + "\n\n" for r in ROWS))
    elif kind == "jsonl.gz":
        path.write_bytes(gzip.compress("".join(json.dumps(r) + "\n" for r in ROWS).encode()))
    elif kind == "json":
        path.write_text(json.dumps(ROWS))
    elif kind in ("csv", "tsv"):
        with open(path, "w", newline="", encoding="utf-8-sig") as file:
            writer = csv.DictWriter(file, ROWS[0], delimiter="," if kind == "csv" else "\t")
            writer.writeheader()
            writer.writerows(ROWS)
    elif kind == "parquet":
        arrow = pytest.importorskip("pyarrow")
        import pyarrow.parquet

        pyarrow.parquet.write_table(arrow.Table.from_pylist(ROWS), path)
    return path


@pytest.mark.parametrize("kind", ["jsonl", "jsonl.gz", "json", "csv", "tsv", "parquet"])
def test_kinds_agree(tmp_path, kind):
    path = write(tmp_path / f"rows.{kind}", kind)
    found = list(read_source(Source(str(path), None), Fields()))
    assert [(r.id, r.text, r.meta) for r in found] == [
        (r["id"], r["text"], {"document": r["document"]}) for r in ROWS
    ]
    assert [r.label for r in found] == [1, 0, -1]
    assert {r.label for r in read_source(Source(str(path), 0), Fields())} == {0}


def test_plain_lines_and_folders(tmp_path):
    (tmp_path / "lines.txt").write_text("one\n\ntwo\r\n")
    found = list(read_source(Source(str(tmp_path / "lines.txt"), 1), Fields()))
    assert [(r.id, r.text) for r in found] == [("lines-000001", "one"), ("lines-000002", "two")]
    folder = tmp_path / "folder" / "sub"
    folder.mkdir(parents=True)
    (folder / "x.txt").write_text("whole\ntext\n")
    found = list(read_source(Source(str(tmp_path / "folder"), 1), Fields()))
    assert [(r.id, r.text) for r in found] == [("sub/x", "whole\ntext\n")]


@pytest.mark.parametrize(
    "content", ['{"data": {"text": ["one", "two"]}}', '["one", "two"]', '{"text": ["one", "two"]}']
)
def test_json_of_columns(tmp_path, content):
    (tmp_path / "x.json").write_text(content)
    found = list(read_source(Source(str(tmp_path / "x.json"), 1), Fields()))
    assert [(r.id, r.text) for r in found] == [("x-000001", "one"), ("x-000002", "two")]


def test_a_named_text_column(tmp_path):
    (tmp_path / "m.jsonl").write_text('{"member": "yes", "nonmember": "no"}\n')
    found = list(read_source(Source(str(tmp_path / "m.jsonl"), 1), Fields(text="member")))
    assert found[0].text == "yes" and found[0].meta == {"nonmember": "no"}


@pytest.mark.parametrize(
    "name,content,words",
    [
        ("x.jsonl", b'{"text": "a"}\n{"text": \n', "x.jsonl:2: is not JSON"),
        ("x.jsonl", b'{"text": "\xff"}\n', "x.jsonl:1: is not UTF-8"),
        ("x.jsonl", b'["a"]\n', "not a JSON object"),
        ("x.jsonl", b'{"words": "a"}\n', "neither a text nor messages"),
        ("x.jsonl", b'{"text": 3}\n', "is not a text"),
        ("x.jsonl", b'{"text": "\\ud800"}\n', "half a surrogate pair"),
        ("x.jsonl", b'{"text": "a", "label": "maybe"}\n', "neither member"),
        ("x.csv", b"id,text\n1,a,b\n", "another number of fields"),
        ("x.json", b"3", "not a list of records"),
        ("x.json", b'{"text": ["a"], "id": []}', "different lengths"),
        ("x.doc", b"", "of no known kind"),
    ],
)
def test_mistakes_have_places(tmp_path, name, content, words):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ExportError) as caught:
        list(read_source(Source(str(tmp_path / name), None), Fields()))
    assert words in str(caught.value)


@pytest.mark.parametrize("path", ["missing.jsonl", "missing.parquet", "hf:name"])
def test_missing_inputs(tmp_path, path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if path.endswith("parquet"):
        pytest.importorskip("pyarrow")
    with pytest.raises(ExportError):
        list(read_source(Source(path, 1), Fields()))


def test_fingerprints_follow_the_content(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text("a")
    first = fingerprint(Source(str(path), 1))
    assert fingerprint(Source(str(path), 1)) == first
    path.write_text("b")
    assert fingerprint(Source(str(path), 1)) != first


def test_ids_must_be_unique(zoo, tmp_path, capsys):
    from ezscope_export.cli import main

    file = tmp_path / "twice.jsonl"
    file.write_text('{"id": "a", "text": "one"}\n{"id": "a", "text": "two"}\n')
    words = [
        "--target",
        zoo("gpt2", "full"),
        "--reference",
        zoo("gpt2", "full"),
        "--data",
        file,
        "--out",
        tmp_path / "x.safetensors",
        "--quiet",
    ]
    assert main([str(w) for w in words]) == 65
    assert "'a' occurs twice" in capsys.readouterr().err


def test_terminal_codes_in_ids_are_not_printed():
    from ezscope_export.errors import printable

    assert printable("\x1b[31mred") == "\ufffd[31mred"
