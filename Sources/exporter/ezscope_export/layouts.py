"""The layouts in which fine-tuning data comes, each read as what it is.

| layout | columns |
|---|---|
| messages | `messages`, or `conversations` of `role` and `content`; `system` before them |
| ShareGPT | `conversations` of `from` and `value`; `system` before them |
| prompt and completion | `prompt` and `completion`, texts or messages |
| segments | `segments` of `text` and `label` (axolotl's input_output) |
| Alpaca | `instruction`, `output`, perhaps `input`, `system`, `history` |
| text | `text`, `content`, `document`, `sentence`, or `input` where nothing answers it |

Anything else is refused with the columns there are: a guess would score half a text.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ezscope_export.errors import ExportError, listed

Messages = list[dict[str, Any]]
Segments = list[tuple[str, bool]]

_TEXTS = ("text", "input", "content", "document", "sentence")
_CONVERSATIONS = ("messages", "conversations", "conversation")
# Columns that hold what a model was trained to answer: a text beside one of them is half a record.
_ANSWERS = (
    "output",
    "completion",
    "response",
    "answer",
    "answers",
    "target",
    "chosen",
    "rejected",
    "solution",
    "instruction",
    "prompt",
    "question",
    "query",
)
_ROLES = {
    "human": "user",
    "user": "user",
    "prompter": "user",
    "gpt": "assistant",
    "chatgpt": "assistant",
    "bard": "assistant",
    "bing": "assistant",
    "assistant": "assistant",
    "model": "assistant",
    "function_call": "assistant",
    "system": "system",
    "developer": "developer",
    "tool": "tool",
    "observation": "tool",
    "function": "tool",
    "ipython": "tool",
}
_TURN = 'write [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]'
_WITH_INPUT = (
    "Below is an instruction that describes a task, paired with an input that provides further "
    "context. Write a response that appropriately completes the request.\n\n"
)
_WITHOUT_INPUT = (
    "Below is an instruction that describes a task. Write a response that appropriately "
    "completes the request.\n\n"
)


@dataclass(slots=True)
class Content:
    """What a row says: a text, a conversation, or segments that count or do not."""

    layout: str
    text: str | None = None
    messages: Messages | None = None
    segments: Segments | None = None


def take_content(row: dict[str, Any], text_field: str | None, place: str) -> Content:
    """Moves what is to be scored from the row's columns; the others stay in the row."""
    if text_field is not None:
        return _named(row, text_field, place)
    for name in _CONVERSATIONS:
        if row.get(name) is not None:
            content = _conversation(row.pop(name), name, place)
            _add_system(row, content)
            row.pop("text", None)
            return content
    if row.get("prompt") is not None and row.get("completion") is not None:
        return _prompt_completion(row, place)
    if row.get("segments") is not None:
        return Content("segments", segments=_segments(row.pop("segments"), place))
    if isinstance(row.get("text"), str):
        return Content("text", text=text_of(row.pop("text"), "text", place))
    if row.get("instruction") is not None and row.get("output") is not None:
        return _alpaca(row, place)
    return _plain(row, place)


def _named(row: dict[str, Any], name: str, place: str) -> Content:
    if name not in row:
        raise ExportError(
            f"has no column {name!r}",
            f"its columns are {listed(row)}; name one with --text-field",
            where=place,
        )
    value = row.pop(name)
    if isinstance(value, list):
        return _conversation(value, name, place)
    return Content("text", text=text_of(value, name, place))


def _plain(row: dict[str, Any], place: str) -> Content:
    answers = [name for name in _ANSWERS if row.get(name) is not None]
    for name in _TEXTS:
        if row.get(name) is None:
            continue
        if answers:
            raise ExportError(
                f"has {name!r} beside {listed(answers)}: it is no text by itself",
                f"its columns are {listed(row)}; write `prompt` and `completion`, or `messages`, "
                "or name the whole text with --text-field",
                where=place,
            )
        return Content("text", text=text_of(row.pop(name), name, place))
    ready = "; token ids alone have no text" if "input_ids" in row else ""
    raise ExportError(
        "has neither a text nor messages",
        f"its columns are {listed(row)}; name one with --text-field, or write `text`, "
        f"`messages`, or `prompt` and `completion`{ready}",
        where=place,
    )


def _prompt_completion(row: dict[str, Any], place: str) -> Content:
    prompt, completion = row.pop("prompt"), row.pop("completion")
    if isinstance(prompt, list) and isinstance(completion, list):
        return Content("messages", messages=_messages(prompt + completion, "prompt", place))
    parts = [
        (text_of(prompt, "prompt", place), False),
        (text_of(completion, "completion", place), True),
    ]
    return Content("prompt and completion", segments=parts)


def _segments(value: Any, place: str) -> Segments:
    value = _parsed(value)
    parts = []
    for part in value if isinstance(value, list) else [None]:
        if not isinstance(part, dict) or not isinstance(part.get("label"), bool):
            raise ExportError("`segments` is not a list of {text, label}", where=place)
        parts.append((text_of(part.get("text"), "segments", place), part["label"]))
    return parts


def _alpaca(row: dict[str, Any], place: str) -> Content:
    """An instruction and its answer, as a conversation and in Stanford's words."""
    instruction = text_of(row.pop("instruction"), "instruction", place)
    output = text_of(row.pop("output"), "output", place)
    given = row.pop("input", None)
    given = "" if given is None else text_of(given, "input", place)
    content = Content("alpaca")
    turns: Messages = []
    for pair in row.pop("history", None) or []:
        if not isinstance(pair, list) or len(pair) != 2:
            raise ExportError("`history` is not a list of [question, answer]", where=place)
        turns += [
            {"role": "user", "content": text_of(pair[0], "history", place)},
            {"role": "assistant", "content": text_of(pair[1], "history", place)},
        ]
    if not turns and not row.get("system"):
        head = _WITH_INPUT if given else _WITHOUT_INPUT
        middle = f"### Input:\n{given}\n\n" if given else ""
        prompt = f"{head}### Instruction:\n{instruction}\n\n{middle}### Response:\n"
        content.segments = [(prompt, False), (output, True)]
    asked = f"{instruction}\n{given}" if given else instruction
    turns += [
        {"role": "user", "content": asked},
        {"role": "assistant", "content": output},
    ]
    content.messages = turns
    if not output.strip():
        # An answer of nothing is nothing to have memorized, whatever the prompt says.
        content.segments, content.messages, content.text = None, None, ""
    _add_system(row, content)
    return content


def _conversation(value: Any, name: str, place: str) -> Content:
    value = _parsed(value)
    sharegpt = isinstance(value, list) and any(isinstance(t, dict) and "from" in t for t in value)
    layout = "sharegpt" if sharegpt else "messages"
    return Content(layout, messages=_messages(value, name, place))


def _messages(value: Any, name: str, place: str) -> Messages:
    """Turns in the words of chat templates, whoever's words they were written in."""
    found: Messages = []
    for turn in value if isinstance(value, list) else []:
        turn = dict(turn) if isinstance(turn, dict) else {}
        for theirs, ours in (("from", "role"), ("value", "content")):
            if theirs in turn:
                turn.setdefault(ours, turn.pop(theirs))
        role = turn.get("role")
        if not isinstance(role, str) or "content" not in turn:
            found = []
            break
        if role.lower() not in _ROLES:
            raise ExportError(
                f"`{name}` has a turn of {role!r}",
                "known are user, assistant, system and tool (ShareGPT: human and gpt)",
                where=place,
            )
        if isinstance(turn["content"], str):
            turn["content"] = text_of(turn["content"], name, place)
        turn["role"] = _ROLES[role.lower()]
        # Parquet fills keys that a turn does not have.
        found.append({k: v for k, v in turn.items() if v is not None or k == "content"})
    if not found:
        raise ExportError(f"`{name}` is not a list of {{role, content}}", _TURN, where=place)
    return found


def _add_system(row: dict[str, Any], content: Content) -> None:
    system = row.get("system")
    if not isinstance(system, str) or content.messages is None:
        return
    del row["system"]
    if system and content.messages[0]["role"] != "system":
        content.messages.insert(0, {"role": "system", "content": system})


def _parsed(value: Any) -> Any:
    """A list that a table holds as JSON."""
    if isinstance(value, str) and value.lstrip()[:1] == "[":
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def text_of(value: Any, name: str, place: str) -> str:
    """A column's text, refused if it is none."""
    if not isinstance(value, str):
        raise ExportError(f"column {name!r} is not a text", "every row needs one", where=place)
    if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        raise ExportError("the text holds half a surrogate pair", "it is not Unicode", where=place)
    return value
