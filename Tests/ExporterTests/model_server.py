"""A model server for tests: it speaks the servers' protocols, not their models, and misbehaves.

No server that gives a prompt's log-probabilities can be started in a test: llama-cpp-python builds
from source and needs weights in GGUF, vLLM needs gigabytes, and `transformers serve` gives none of
a prompt. So this one answers in their shapes, as written down in their documentation and source;
its numbers are a hash of the tokens, or those of a scorer that a test gives it.
"""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

START = 256
# Log-probability, rank, first choice and its log-probability at each token but the first.
Scores = list[tuple[float, int, int, float]]


def cut(text: str) -> list[int]:
    """A start token and the bytes of a text."""
    return [START, *text.encode()]


def hashed(model: str, ids: list[int]) -> Scores:
    """Numbers that depend on the model and on all tokens up to one."""
    scores: Scores = []
    state = zlib.crc32(model.encode())
    for before, own in zip(ids, ids[1:]):
        state = zlib.crc32(f"{before} {own}".encode(), state)
        value = -(1 + state % 8000) / 1024
        if state % 3 == 0:
            scores.append((value, 1, own, value))
        else:
            scores.append((value, 2 + state % 40, (own + 1) % 256, value / 2))
    return scores


@dataclass
class ModelServer:
    """A server on this machine, with a kind, models and faults."""

    kind: str = "vllm"
    models: tuple[str, ...] = ("tuned", "base")
    score: Callable[[str, list[int]], Scores] = hashed
    cut: Callable[[str], list[int]] = cut
    context: int = 4096
    # The fault of an attempt at a prompt, by the number of the attempt from 0 on; None for none.
    fault: Callable[[str, list[int], int], str | None] = lambda model, ids, attempt: None
    spells: Callable[[int], str] = lambda token: (
        "<s>" if token == START else bytes([token]).decode("utf-8", "replace")
    )
    key: str | None = None
    tells_ids: bool = True
    answered: int = 0
    asked: int = 0
    busy: int = 0
    most_busy: int = 0
    attempts: dict[tuple[str, tuple[int, ...]], int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    ended: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> ModelServer:
        owner = self

        class Handler(_Handler):
            server_facts = owner

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.http.shutdown()
        self.http.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.http.server_address[1]}"

    # Answers

    def vllm(self, body: dict[str, Any], ids: list[int], scores: Scores) -> dict[str, Any]:
        entries: list[Any] = [None]
        for own, (value, rank, best, top) in zip(ids[1:], scores):
            entry = {str(best): self.candidate(best, top, 1)}
            entry[str(own)] = self.candidate(own, value, rank)
            entries.append(entry)
        choice: dict[str, Any] = {
            "index": 0,
            "text": "x",
            "logprobs": None,
            "finish_reason": "length",
            "stop_reason": None,
            "prompt_logprobs": entries if body.get("prompt_logprobs") is not None else None,
        }
        if body.get("return_token_ids") and self.tells_ids:
            choice["prompt_token_ids"] = ids
        return {"id": "cmpl-1", "choices": [choice], "usage": self.usage(ids)}

    def candidate(self, token: int, value: float, rank: int) -> dict[str, Any]:
        clamped = -9999.0 if value < -1e30 else value
        return {"logprob": clamped, "rank": rank, "decoded_token": self.spells(token)}

    @staticmethod
    def usage(ids: list[int]) -> dict[str, int]:
        return {"prompt_tokens": len(ids), "completion_tokens": 1, "total_tokens": len(ids) + 1}

    def echo(self, body: dict[str, Any], ids: list[int], scores: Scores) -> dict[str, Any]:
        if not body.get("echo") or self.kind == "llama":
            lists: dict[str, Any] = {
                "tokens": ["x"],
                "token_logprobs": [-0.5],
                "top_logprobs": [{"x": -0.5}],
                "text_offset": [0],
            }
        else:
            lists = {
                "tokens": [*map(self.spells, ids), "x"],
                "token_logprobs": [None, *(s[0] for s in scores), -0.5],
                "top_logprobs": [None, *(self.tops(i, s) for i, s in zip(ids[1:], scores)), {}],
            }
        choice = {"index": 0, "text": "x", "logprobs": lists, "finish_reason": "length"}
        return {"id": "cmpl-1", "choices": [choice], "usage": self.usage(ids)}

    def tops(self, own: int, score: tuple[float, int, int, float]) -> dict[str, float]:
        found = {self.spells(own): score[0]}
        found[self.spells(score[2])] = max(score[3], found.get(self.spells(score[2]), -1e9))
        return found

    def sglang(self, ids: list[int], scores: Scores) -> dict[str, Any]:
        return {
            "text": "x",
            "meta_info": {
                "prompt_tokens": len(ids),
                "input_token_logprobs": [
                    [None, ids[0], self.spells(ids[0])],
                    *([s[0], i, self.spells(i)] for i, s in zip(ids[1:], scores)),
                ],
                "input_top_logprobs": [
                    None,
                    *([[s[3], s[2], self.spells(s[2])]] for s in scores),
                ],
            },
        }

    def tgi(self, ids: list[int], scores: Scores) -> dict[str, Any]:
        values = [None, *(s[0] for s in scores)]
        prefill = [{"id": i, "text": self.spells(i), "logprob": v} for i, v in zip(ids, values)]
        return {"generated_text": "x", "details": {"prefill": prefill, "tokens": []}}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_facts: ModelServer

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        facts = self.server_facts
        known: dict[str, Any] = {}
        if facts.kind in ("vllm", "echo", "llama", "chat"):
            limit = {"max_model_len": facts.context} if facts.kind == "vllm" else {}
            known["/v1/models"] = {"data": [{"id": m, **limit} for m in facts.models]}
        if facts.kind == "sglang":
            known["/get_model_info"] = {"model_path": facts.models[0]}
        if facts.kind == "tgi":
            known["/info"] = {"model_id": facts.models[0]}
        found = known.get(self.path)
        self.reply(200 if found else 404, found or {"error": "no such page"})

    def do_POST(self) -> None:
        facts = self.server_facts
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        with facts.lock:
            facts.asked += 1
            facts.busy += 1
            facts.most_busy = max(facts.most_busy, facts.busy)
        try:
            self.answer(facts, body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            with facts.lock:
                facts.busy -= 1

    def answer(self, facts: ModelServer, body: dict[str, Any]) -> None:
        own = {"sglang": "/generate", "tgi": "/generate"}.get(facts.kind, "/v1/completions")
        if facts.kind == "chat" or self.path != own:
            return self.reply(404, {"detail": "Not Found"})
        if facts.key and self.headers.get("Authorization") != f"Bearer {facts.key}":
            return self.reply(401, {"error": {"message": "Unauthorized"}})
        model = body.get("model", facts.models[0])
        if model not in facts.models:
            return self.reply(404, {"error": {"message": f"The model `{model}` does not exist."}})
        prompt = body.get("prompt", body.get("text", body.get("input_ids", body.get("inputs"))))
        ids = prompt if isinstance(prompt, list) else facts.cut(prompt)
        if len(ids) + 1 > facts.context:
            return self.reply(400, {"error": {"message": f"{len(ids)} tokens are too many\x1b[2J"}})
        with facts.lock:
            key = (model, tuple(ids))
            attempt = facts.attempts.get(key, 0)
            facts.attempts[key] = attempt + 1
        fault = facts.fault(model, ids, attempt)
        if fault == "swapped":
            other = "another text than was asked for"
            ids = [*ids[:1], *reversed(ids[1:])] if isinstance(prompt, list) else facts.cut(other)
        scores = facts.score(model, ids)
        if fault == "nan":
            scores = [(float("nan"), *s[1:]) for s in scores]
        found: Any
        if facts.kind == "vllm":
            found = facts.vllm(body, ids, scores)
        elif facts.kind == "sglang":
            found = facts.sglang(ids, scores)
        elif facts.kind == "tgi":
            found = facts.tgi(ids, scores)
        else:
            found = facts.echo(body, ids, scores)
        if fault == "short":
            _shorten(found)
        self.misbehave(facts, fault, found)

    def misbehave(self, facts: ModelServer, fault: str | None, found: Any) -> None:
        data = json.dumps(found).encode()
        if fault == "500":
            return self.reply(500, {"error": {"message": "out of memory"}})
        if fault == "429":
            return self.reply(429, {"error": "slow down"}, {"Retry-After": "0.05"})
        if fault == "closed":
            self.close_connection = True
            return
        if fault == "timeout":
            time.sleep(1.2)
        if fault == "stuck":
            facts.ended.wait()
        if fault == "late":
            time.sleep(0.02)
        if fault == "truncated":
            self.send_response(200)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2])
            self.close_connection = True
            return
        if fault == "no JSON":
            return self.send(200, data[: len(data) // 2])
        with facts.lock:
            facts.answered += 1
        self.send(200, data)

    def reply(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
        self.send(status, json.dumps(value).encode(), headers)

    def send(self, status: int, data: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def _shorten(found: Any) -> None:
    """Takes the last token's numbers away."""
    if "details" in found:
        found["details"]["prefill"][0]["logprob"] = -1.0
    elif "meta_info" in found:
        found["meta_info"]["input_token_logprobs"].pop()
    elif found["choices"][0].get("prompt_logprobs"):
        found["choices"][0]["prompt_logprobs"].pop()
    else:
        found["choices"][0]["logprobs"]["token_logprobs"].pop()
