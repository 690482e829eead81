"""Evidence from servers: every kind, every fault, and the same bytes whatever happens meanwhile."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_server import START, ModelServer, cut, hashed
from support import Evidence, make_texts

from ezscope_collect import client
from ezscope_collect.cli import main

FAULTS = ["500", "429", "closed", "truncated", "no JSON", "short", "swapped", "nan", "late"]
HOSTILE = [
    "plain",
    "\x1b[31mred\x1b[0m\x07 and \u202ereversed\u202c",
    "zero \x00 and \x7f",
    "emoji 😀 and 東京",
    '"}],"logprobs":null,"choices":[{"',
    "=HYPERLINK(1)",
    "\u2028line\u2029 breaks \r\n\t",
]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Repetitions after hundredths of a second rather than seconds."""
    monkeypatch.setattr(client, "_FIRST_WAIT", 0.005)


def write(folder: Path, texts: list[str]) -> list[str]:
    """The options that name texts, half of them members."""
    words = []
    half = (len(texts) + 1) // 2
    for option, own in (("--members", texts[:half]), ("--non-members", texts[half:])):
        path = folder / f"{option[2:]}.jsonl"
        rows = [{"id": f"{option[2:]}-{n}", "text": t, "kind": "x"} for n, t in enumerate(own)]
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        words += [option, str(path)] if own else []
    return words


def collect(server: ModelServer, folder: Path, *more: object, out: str = "run") -> int:
    """Collects from one server into `run.safetensors`."""
    words = ["--target", "tuned", "--server", server.url, "--quiet", "--concurrency", 8]
    return main([str(w) for w in [*words, *more, "--out", folder / f"{out}.safetensors"]])


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


# Kinds of servers


@pytest.mark.parametrize("kind", ["vllm", "echo"])
def test_target_and_reference_behind_one_server(tmp_path: Path, kind: str) -> None:
    texts = make_texts(10) + HOSTILE
    with ModelServer(kind) as server:
        assert collect(server, tmp_path, "--reference", "base", *write(tmp_path, texts)) == 0
        assert server.most_busy <= 8
    found = Evidence(tmp_path / "run.safetensors")
    assert found.texts("sequence.texts") == [text.encode() for text in texts]
    assert found.tensors["sequence.labels"].tolist() == [1] * 9 + [0] * 8
    assert found.objects("sequence.metas")[0] == {"kind": "x"}
    for index, text in enumerate(texts):
        for role, model in (("target", "tuned"), ("reference", "base")):
            expected = hashed(model, cut(text))
            values = found.positions(f"{role}.logprobs")[index]
            assert values.tolist() == [np.float32(s[0]) for s in expected]
            tops = found.positions(f"{role}.top1_logprobs")[index]
            if kind == "vllm":
                assert found.positions(f"{role}.ranks")[index].tolist() == [s[1] for s in expected]
                assert found.positions(f"{role}.top1_ids")[index].tolist() == [
                    s[2] for s in expected
                ]
                assert tops.tolist() == [np.float32(s[3]) for s in expected]
            else:
                is_error = [value < top for value, top in zip(values, tops)]
                assert is_error == [s[1] != 1 and s[0] != s[3] for s in expected]
    if kind == "vllm":
        assert found.ids() == [cut(text) for text in texts]
        assert found.vocabulary()[ord("a")] == b"a"
    else:
        spelled = found.vocabulary()
        joined = [b"".join(spelled[t] for t in ids[1:]) for ids in found.ids()]
        assert joined[0] == texts[0].encode() or b"\xef\xbf\xbd" in joined[0]
    assert found.run["server"] == kind and found.run["alignment"].startswith("17 texts")


@pytest.mark.parametrize("kind", ["sglang", "tgi"])
def test_servers_of_one_model(tmp_path: Path, kind: str, capsys: Any) -> None:
    texts = make_texts(6)
    words = write(tmp_path, texts)
    with ModelServer(kind, models=("tuned",)) as one, ModelServer(kind, models=("base",)) as two:
        assert collect(one, tmp_path, "--reference", "base", *words) == 65
        assert "would be the same" in capsys.readouterr().err
        assert collect(one, tmp_path, "--reference", f"base@{two.url}", *words) == 0
    found = Evidence(tmp_path / "run.safetensors")
    for index, text in enumerate(texts):
        expected = [np.float32(s[0]) for s in hashed("base", cut(text))]
        assert found.positions("reference.logprobs")[index].tolist() == expected
    assert ("target.top1_ids" in found.tensors) == (kind == "sglang")
    assert "target.ranks" not in found.tensors
    shown = capsys.readouterr().err
    assert ("neither ranks nor first choices" in shown) == (kind == "tgi")


def test_an_older_vllm_that_tells_no_ids(tmp_path: Path) -> None:
    """The prompt's token is then the one that is not the best; the first is not known."""
    texts = make_texts(5)
    with ModelServer(tells_ids=False) as server:
        assert collect(server, tmp_path, *write(tmp_path, texts)) == 0
    found = Evidence(tmp_path / "run.safetensors")
    assert found.ids() == [[-1, *cut(text)[1:]] for text in texts]
    assert "reference.logprobs" not in found.tensors


def test_minus_infinity_and_equal_candidates(tmp_path: Path) -> None:
    """vLLM counts a rank from the candidates at least as likely; evidence, the likelier ones."""

    def score(model: str, ids: list[int]) -> list[tuple[float, int, int, float]]:
        known = [(-0.5, 2, 7, -0.5), (-np.inf, 40, 7, -0.25), (0.00005, 1, ids[3], 0.00005)]
        return known + [(-1.0, 1, own, -1.0) for own in ids[4:]]

    with ModelServer(score=score) as server:
        assert collect(server, tmp_path, *write(tmp_path, ["abcd"])) == 0
    found = Evidence(tmp_path / "run.safetensors")
    assert found.tensors["target.logprobs"].tolist() == [-0.5, -np.inf, 0, -1]
    assert found.tensors["target.ranks"].tolist() == [1, 40, 1, 1]
    assert found.tensors["target.top1_ids"][0] == ord("a")


@pytest.mark.parametrize(
    "kind,shown", [("llama", "does not give the log-probabilities of a prompt"), ("chat", "404")]
)
def test_servers_that_cannot_are_refused(
    tmp_path: Path, capsys: Any, kind: str, shown: str
) -> None:
    with ModelServer(kind) as server:
        assert collect(server, tmp_path, *write(tmp_path, ["a", "b"])) == 66
    error = capsys.readouterr().err
    assert shown in error and "llama.cpp's own server, Ollama and chat APIs do not" in error
    assert list(tmp_path.glob("run*")) == []


def test_keys_and_models_that_are_not_there(
    tmp_path: Path, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = write(tmp_path, ["a text", "b"])
    monkeypatch.setenv("SERVER_KEY", "secret-key")
    with ModelServer(key="secret-key") as server:
        assert collect(server, tmp_path, *words) == 66
        assert "--api-key-env" in capsys.readouterr().err
        assert collect(server, tmp_path, *words, "--api-key-env", "NO_SUCH_KEY") == 64
        assert (
            collect(server, tmp_path, *words, "--reference", "bse", "--api-key-env", "SERVER_KEY")
            == 66
        )
        assert "serves no model bse, but tuned, base" in capsys.readouterr().err
        words += ["--api-key-env", "SERVER_KEY", "--keep-work"]
        assert collect(server, tmp_path, *words) == 0
    kept = [path for path in (tmp_path / "run.safetensors.part").rglob("*") if path.is_file()]
    assert kept and not any(b"secret-key" in path.read_bytes() for path in kept)


# Faults


def unlucky(model: str, ids: list[int], attempt: int) -> str | None:
    """Most prompts fail in one way or two before they are answered."""
    draw = random.Random(f"{model} {ids} {attempt}")
    return draw.choice(FAULTS) if attempt < 3 and draw.random() < 0.7 else None


@pytest.mark.parametrize("kind", ["vllm", "echo", "sglang", "tgi"])
def test_faults_change_nothing(tmp_path: Path, kind: str) -> None:
    texts = make_texts(24)
    words = write(tmp_path, texts)
    if kind in ("vllm", "echo"):
        words += ["--reference", "base"]
    with ModelServer(kind) as server:
        assert collect(server, tmp_path, *words, out="calm") == 0
    with ModelServer(kind, fault=unlucky) as server:
        assert collect(server, tmp_path, *words) == 0
        assert server.asked > server.answered > len(texts)
    assert digest(tmp_path / "run.safetensors") == digest(tmp_path / "calm.safetensors")


def test_answers_that_never_come(tmp_path: Path, capsys: Any) -> None:
    """A request that hangs is given up and repeated; a server that always hangs ends the run."""
    words = [*write(tmp_path, make_texts(4)), "--timeout", "0.3"]
    with ModelServer(fault=lambda m, i, attempt: "timeout" if attempt == 0 else None) as server:
        assert collect(server, tmp_path, *words) == 0
    with ModelServer(fault=lambda m, i, a: "timeout" if len(i) > 60 else None) as server:
        words = [*write(tmp_path, make_texts(9)), "--timeout", "0.2", "--retries", "1"]
        assert collect(server, tmp_path, *words, out="late") == 74
    shown = capsys.readouterr().err
    assert "no answer in time (--timeout) (2 times)" in shown and "tuned, text" in shown
    assert not (tmp_path / "late.safetensors").exists()


def test_the_server_is_left_alone_as_long_as_it_asks() -> None:
    import threading

    patience = client.Patience(1, 0, threading.Event())
    patience.ask_for(0.2)
    before = time.monotonic()
    patience.hold()
    assert time.monotonic() - before >= 0.2
    assert client._seconds("3") == 3 and client._seconds("1e9") == 600
    assert client._seconds("soon") is None and client._seconds("nan") is None
    assert client._seconds("Wed, 21 Oct 2015 07:28:00 GMT") == 0


def test_waits_are_drawn_from_the_seed() -> None:
    import threading

    stop = threading.Event()
    waits = [client.Patience(8, seed, stop).delay("x", 3) for seed in (1, 1, 2)]
    assert waits[0] == waits[1] != waits[2]
    assert client.Patience(8, 1, stop).delay("x", 50) <= 60


def test_texts_that_the_server_refuses(tmp_path: Path, capsys: Any) -> None:
    texts = ["short", "long " * 40, "brief", "also long " * 40]
    words = write(tmp_path, texts)
    with ModelServer(context=100) as server:
        assert collect(server, tmp_path, *words) == 65
        shown = capsys.readouterr().err
        assert "refused with status 400" in shown and "\x1b" not in shown
        assert collect(server, tmp_path, *words, "--skip-refused") == 0
    assert "left out: members-1, tuned" in capsys.readouterr().err
    found = Evidence(tmp_path / "run.safetensors")
    assert found.texts("sequence.texts") == [b"short", b"brief"]
    assert found.run["refused_texts"] == 2


def test_models_that_cut_texts_differently(tmp_path: Path, capsys: Any) -> None:
    """At the probe where they always do; at the text where they do it there."""
    words = write(tmp_path, ["a b", "a text of some length - and more"])
    with ModelServer() as one:
        with ModelServer(cut=lambda text: [START, START, *text.encode()]) as two:
            assert collect(one, tmp_path, "--reference", f"base@{two.url}", *words) == 65
            assert "different tokens" in capsys.readouterr().err

        def doubles(text: str) -> list[int]:
            return [i for own in cut(text) for i in [own] * (1 + (own == ord("-")))]

        with ModelServer(cut=doubles) as two:
            assert collect(one, tmp_path, "--reference", f"base@{two.url}", *words) == 65
            assert "'non-members-0' into different tokens" in capsys.readouterr().err
    assert not (tmp_path / "run.safetensors").exists()


# Ends


SCRIPT = """
import sys
sys.path[:0] = sys.argv[1:3]
from ezscope_collect import client
client._FIRST_WAIT = 0.005
from ezscope_collect.cli import main
sys.exit(main(sys.argv[3:]))
"""


def test_killed_at_any_moment_the_bytes_are_the_same(tmp_path: Path) -> None:
    texts = make_texts(60)
    words = [*write(tmp_path, texts), "--reference", "base"]
    draw = random.Random(5)

    def slow(model: str, ids: list[int], attempt: int) -> str | None:
        return "late" if attempt == 0 else None

    exporter = Path(client.__file__).resolve().parents[1]
    with ModelServer(fault=slow) as server:
        assert collect(server, tmp_path, *words, out="calm") == 0
        server.attempts.clear()
        common = ["--server", server.url, "--target", "tuned", "--concurrency", "4", "--quiet"]
        command = [sys.executable, "-c", SCRIPT, str(exporter), str(Path(__file__).parent)]
        command += [*common, *words, "--out", str(tmp_path / "run.safetensors")]
        kills = 0
        while kills < 3:
            seen = server.answered
            child = subprocess.Popen(command)
            goal = seen + draw.randint(3, 30)
            while child.poll() is None and server.answered < goal:
                time.sleep(0.005)
            if child.poll() is not None:
                assert child.returncode == 0
                break
            child.send_signal(signal.SIGKILL)
            child.wait()
            kills += 1
            assert not (tmp_path / "run.safetensors").exists()
        before = server.answered
        assert collect(server, tmp_path, *words) == 0
        # What was answered before is not asked for again.
        assert server.answered - before < 2 * len(texts)
    assert kills and digest(tmp_path / "run.safetensors") == digest(tmp_path / "calm.safetensors")
    assert not (tmp_path / "run.safetensors.part").exists()


@pytest.mark.parametrize("kind", ["vllm", "echo"])
def test_a_journal_cut_anywhere_is_taken_up(tmp_path: Path, kind: str) -> None:
    """Half a record, or a damaged one, is asked for again; so are those behind it."""
    words = [*write(tmp_path, make_texts(8)), "--reference", "base", "--keep-work"]
    out, answers = tmp_path / "run.safetensors", tmp_path / "run.safetensors.part" / "answers"
    with ModelServer(kind) as server:
        assert collect(server, tmp_path, *words) == 0
        whole, wanted = answers.read_bytes(), out.read_bytes()
        draw = random.Random(3)
        for turn in range(12):
            place = draw.randrange(len(whole))
            changed = bytearray(whole)
            if turn % 2:
                changed[place] ^= 1 << draw.randrange(8)
            else:
                del changed[place:]
            answers.write_bytes(bytes(changed))
            out.unlink()
            assert collect(server, tmp_path, *words) == 0
            assert out.read_bytes() == wanted


def test_other_work_is_not_taken_up(tmp_path: Path) -> None:
    words = write(tmp_path, make_texts(6))
    with ModelServer() as server:
        assert collect(server, tmp_path, *words, "--keep-work") == 0
        asked = server.answered
        assert collect(server, tmp_path, *words, "--keep-work") == 0
        assert server.answered == asked + 1  # the probe
        (tmp_path / "members.jsonl").write_text('{"text": "another"}\n')
        assert collect(server, tmp_path, *words) == 0
        assert server.answered > asked + 2
        (tmp_path / "x.safetensors").write_text("a thesis")
        assert collect(server, tmp_path, *words, out="x") == 64
    assert (tmp_path / "x.safetensors").read_text() == "a thesis"


# Texts and options


def test_rows_of_every_layout_that_needs_no_tokenizer(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('id,prompt,completion,label\na,"say, ",this,1\nb,say ,that,0\n')
    with ModelServer() as server:
        assert collect(server, tmp_path, "--data", path) == 0
        found = Evidence(tmp_path / "run.safetensors")
        assert found.texts("sequence.texts") == [b"say, this", b"say that"]
        chat = tmp_path / "chat.jsonl"
        chat.write_text('{"messages": [{"role": "user", "content": "hi"}]}\n')
        assert collect(server, tmp_path, "--members", chat, out="chat") == 65
        assert "--tokenizer" in capsys.readouterr().err


def test_halves_of_characters_and_empty_texts(tmp_path: Path, capsys: Any) -> None:
    path = tmp_path / "odd.jsonl"
    path.write_text('{"id": "\\ud800", "text": "a b"}\n{"id": "e", "text": " "}\n')
    with ModelServer() as server:
        assert collect(server, tmp_path, "--members", path) == 65
        assert "is an empty text" in capsys.readouterr().err
        assert collect(server, tmp_path, "--members", path, "--skip-empty") == 0
        assert Evidence(tmp_path / "run.safetensors").texts("sequence.ids") == [b"?"]
        path.write_text('{"text": "a \\udc00 b"}\n')
        assert collect(server, tmp_path, "--members", path) == 65
        assert "half a surrogate pair" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words,shown",
    [
        (["--server", "localhost:8000"], "is no address of a server"),
        (["--server", "http://a b"], "is no address of a server"),
        (["--concurrency", "0"], "must be 1 or more"),
        (["--timeout", "0"], "must be above 0"),
        (["--completion-only"], "--completion-only needs --tokenizer"),
        (["--knd", "vllm"], "did you mean --kind?"),
        (["--kind", "vlm"], "did you mean vllm?"),
        (["--out", "x.jsonl"], "must end in .safetensors"),
    ],
)
def test_usage_errors_are_one_line(
    tmp_path: Path, capsys: Any, words: list[str], shown: str
) -> None:
    base = ["--target", "t", *write(tmp_path, ["a"]), "--out", str(tmp_path / "x.safetensors")]
    try:
        status = main([*base, *words])
    except SystemExit as ended:
        status = int(str(ended.code))
    error = capsys.readouterr().err.strip()
    assert status == 64 and shown in error and len(error.splitlines()) == 1
    assert error.startswith("ezscope-collect: ")


def test_a_server_that_is_not_there(tmp_path: Path, capsys: Any) -> None:
    words = ["--target", "t", "--server", "http://127.0.0.1:9", "--retries", "1"]
    words += [*write(tmp_path, ["a"]), "--out", str(tmp_path / "x.safetensors")]
    assert main(words) == 74
    assert "Connection refused" in capsys.readouterr().err


def test_the_figures_of_a_model_are_those_of_the_exporter(
    zoo: Any, export: Any, texts: dict[str, Path], tmp_path: Path
) -> None:
    """A server whose numbers are a real model's, asked with token ids: what the exporter gives."""
    from support import naive

    folder = zoo("gpt2", "full")
    known = export("--target", folder, "--reference", folder, "--max-length", 40)

    names = ("logprobs", "ranks", "top1_ids", "top1_logprobs")
    scores = {
        tuple(ids): list(zip(*(row[name].tolist() for name in names)))
        for ids, row in zip(known.ids(), naive(folder, known.ids()))
    }

    def score(model: str, ids: list[int]) -> Any:
        return scores.get(tuple(ids)) or hashed(model, ids)

    with ModelServer(score=score, spells=lambda token: "?") as server:
        words = ["--tokenizer", folder, "--max-length", 40, "--members", texts["members"]]
        words += ["--non-members", texts["non-members"]]
        assert collect(server, tmp_path, *words, out="served") == 0
    found = Evidence(tmp_path / "served.safetensors")
    for name in ("token_ids", "sequence.texts.bytes", "sequence.metas.bytes", "target.ranks"):
        assert found.tensors[name].tolist() == known.tensors[name].tolist()
    for name in ("target.logprobs", "target.top1_logprobs"):
        assert np.abs(found.tensors[name] - known.tensors[name]).max() < 1e-4
    own = found.vocabulary()
    assert own and all(known.vocabulary()[token] == text for token, text in own.items())


def test_the_exit_of_an_interrupted_collection(tmp_path: Path) -> None:
    exporter = Path(client.__file__).resolve().parents[1]
    words = write(tmp_path, make_texts(12))
    # Without its longest texts a run cannot end before it is interrupted.
    with ModelServer(fault=lambda m, i, a: "stuck" if len(i) > 60 else None) as server:
        command = [sys.executable, "-c", SCRIPT, str(exporter), str(Path(__file__).parent)]
        command += ["--server", server.url, "--target", "tuned", *words]
        child = subprocess.Popen(
            [*command, "--out", str(tmp_path / "run.safetensors")], stderr=subprocess.PIPE
        )
        while server.answered < 3:
            assert child.poll() is None
            time.sleep(0.01)
        os.kill(child.pid, signal.SIGINT)
        _, error = child.communicate(timeout=30)
    assert child.returncode == 130 and b"takes it up again" in error
