"""Finding out what kind a server is, and whether it gives a prompt's log-probabilities at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ezscope_collect.answers import check_text, taken, wrong
from ezscope_collect.client import Client, Failed, Patience, Reply
from ezscope_collect.dialects import DIALECTS, Dialect, Prompt
from ezscope_collect.settings import ServedModel
from ezscope_export.errors import NO_INPUT, USAGE, ExportError, listed

PROBE = "The quick brown fox jumps over the lazy dog."
_ATTEMPTS = 4
_REMEDY = (
    "vLLM (prompt_logprobs), SGLang, TGI (decoder_input_details) and llama-cpp-python (echo, "
    "started with logits_all) do; llama.cpp's own server, Ollama and chat APIs do not. Weights "
    "at hand are scored by ezscope-export"
)


@dataclass(frozen=True)
class Found:
    """What a server turned out to be."""

    dialect: Dialect
    # The ids it gave the probe's tokens, or their spelling where it tells no ids.
    tokens: tuple[Any, ...]
    # The longest prompt with what must be generated behind it, where the server says it.
    context: int | None


def examine(
    model: ServedModel, client: Client, patience: Patience, kind: str, prompt: Prompt
) -> Found:
    """Asks for a short text's log-probabilities; an error where they are not to be had."""

    def ask(method: str, path: str, body: Any = None) -> Reply:
        name = f"{model.server}{path}"
        reply: Reply = patience.until_done(name, lambda: client.request(method, path, body))
        if reply.status in (401, 403):
            raise ExportError(
                f"wants a key: {reply.message}",
                "name the environment variable that has it: --api-key-env NAME",
                where=str(model.server),
                code=NO_INPUT,
            )
        return reply

    kinds = [kind] if kind != "auto" else _likely(ask)
    refused: list[str] = []
    # A single answer may have been damaged on its way; a kind that a server is not, stays so.
    for name in kinds * _ATTEMPTS:
        dialect = DIALECTS[name]
        if isinstance(prompt, list) and not dialect.takes_ids:
            raise ExportError(
                f"is {name}, which takes texts and no token ids",
                "leave --tokenizer out: the server cuts the texts itself",
                where=str(model.server),
                code=USAGE,
            )
        reply = ask("POST", dialect.path, dialect.body(model.model, prompt))
        if reply.status == 200:
            try:
                return Found(dialect, _tokens(dialect, reply, prompt), _context(ask, model))
            except Failed as failed:
                problem = f"{name}: {failed.problem}"
                refused += [problem] if problem not in refused else []
                continue
        problem = f"{name}: status {reply.status}, {reply.message}"
        refused += [problem] if problem not in refused else []
        if reply.status == 404 and dialect.path.startswith("/v1/"):
            _refuse_unknown_model(ask, model)
    raise ExportError(
        f"does not give the log-probabilities of a prompt ({'; '.join(refused)})",
        _REMEDY,
        where=str(model.server),
        code=NO_INPUT,
    )


def _tokens(dialect: Dialect, reply: Reply, prompt: Prompt) -> tuple[Any, ...]:
    """The ids or spellings of the probe's tokens."""
    answer = dialect.read(reply.json(), prompt)
    if isinstance(prompt, str):
        check_text(prompt, answer.tokens)
    if len(answer.logprobs) < 2:
        raise wrong(f"has {len(answer.logprobs)} log-probabilities for a sentence")
    return tuple(answer.ids[1:] if answer.ids else answer.tokens)


def _likely(ask: Any) -> list[str]:
    """The kinds a server may be, by what it says of itself."""
    if taken(_json(ask("GET", "/get_model_info")), "model_path"):
        return ["sglang"]
    if taken(_json(ask("GET", "/info")), "model_id"):
        return ["tgi"]
    return ["vllm", "echo"]


def _served(ask: Any) -> list[dict[str, Any]]:
    models = taken(_json(ask("GET", "/v1/models")), "data")
    known = models if isinstance(models, list) else []
    return [m for m in known if isinstance(m, dict) and isinstance(m.get("id"), str)]


def _refuse_unknown_model(ask: Any, model: ServedModel) -> None:
    names = [entry["id"] for entry in _served(ask)]
    if names and model.model not in names:
        raise ExportError(
            f"serves no model {model.model}, but {listed(names)}",
            f"name one of them with --{model.role}",
            where=str(model.server),
            code=NO_INPUT,
        )


def _context(ask: Any, model: ServedModel) -> int | None:
    """The positions a model has, where the server says it: as vLLM or TGI do."""
    for entry in _served(ask):
        if entry["id"] == model.model and type(entry.get("max_model_len")) is int:
            return int(entry["max_model_len"])
    return None


def _json(reply: Reply) -> Any:
    try:
        return reply.json() if reply.status == 200 else None
    except Failed:
        return None
