"""What an input file says of one sequence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ezscope_export.errors import ExportError

TEXT_FIELDS = ("text", "input", "content", "document", "sentence")
MEMBER, NON_MEMBER, UNKNOWN = 1, 0, -1
LABEL_WORDS = {
    "1": MEMBER,
    "true": MEMBER,
    "member": MEMBER,
    "0": NON_MEMBER,
    "false": NON_MEMBER,
    "non-member": NON_MEMBER,
    "nonmember": NON_MEMBER,
    "non_member": NON_MEMBER,
    "": UNKNOWN,
    "-1": UNKNOWN,
    "none": UNKNOWN,
    "null": UNKNOWN,
    "unknown": UNKNOWN,
}


@dataclass(slots=True)
class Record:
    """A text, or a conversation, or a prompt with its completion."""

    id: str
    label: int
    place: str
    text: str | None = None
    messages: list[dict[str, Any]] | None = None
    prompt: str | None = None
    completion: str | None = None
    meta: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fields:
    """The names of the columns to read."""

    text: str | None = None
    id: str = "id"
    label: str = "label"


def record_of(
    row: dict[str, Any], fields: Fields, label: int | None, fallback_id: str, place: str
) -> Record:
    """A record from a row of named values; columns without a role become metadata."""
    row = dict(row)
    identity = row.pop(fields.id, None)
    found = row.pop(fields.label, None)
    if label is None:
        label = label_of(found, place)
    record = Record(
        id=fallback_id if identity is None or identity == "" else str(identity),
        label=label,
        place=place,
    )
    _take_content(record, row, fields, place)
    meta = row.pop("meta", None)
    for key, value in row.items():
        if key not in ("tokens", "token_ids", "target", "reference", "continuations"):
            if value is not None and value == value:
                record.meta[key] = value
    if isinstance(meta, dict):
        record.meta.update(meta)
    elif meta is not None:
        record.meta["meta"] = meta
    return record


def _take_content(record: Record, row: dict[str, Any], fields: Fields, place: str) -> None:
    """Moves the text, the messages or the prompt and completion from the row to the record."""
    if fields.text is not None:
        if fields.text not in row:
            raise ExportError(
                f"has no column {fields.text!r}",
                f"its columns are {', '.join(sorted(row)) or 'none'}; name one with --text-field",
                where=place,
            )
        record.text = _text(row.pop(fields.text), fields.text, place)
        return
    if row.get("messages") is not None:
        record.messages = _messages(row.pop("messages"), place)
        row.pop("text", None)
        return
    if row.get("prompt") is not None and row.get("completion") is not None:
        prompt, completion = row.pop("prompt"), row.pop("completion")
        if isinstance(prompt, list) and isinstance(completion, list):
            record.messages = _messages(prompt + completion, place)
        else:
            record.prompt = _text(prompt, "prompt", place)
            record.completion = _text(completion, "completion", place)
        return
    for name in TEXT_FIELDS:
        if row.get(name) is not None:
            record.text = _text(row.pop(name), name, place)
            return
    raise ExportError(
        "has neither a text nor messages",
        f"its columns are {', '.join(sorted(row)) or 'none'}; name one with --text-field",
        where=place,
    )


def _text(value: Any, name: str, place: str) -> str:
    if not isinstance(value, str):
        raise ExportError(f"column {name!r} is not a text", "every row needs one", where=place)
    if not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        raise ExportError("the text holds half a surrogate pair", "it is not Unicode", where=place)
    return value


def _messages(value: Any, place: str) -> list[dict[str, Any]]:
    good = isinstance(value, list) and len(value) > 0
    if not good or not all(isinstance(m, dict) and "role" in m and "content" in m for m in value):
        raise ExportError(
            "`messages` is not a list of {role, content}",
            'write [{"role": "user", "content": "…"}, {"role": "assistant", "content": "…"}]',
            where=place,
        )
    return value


def label_of(value: Any, place: str) -> int:
    """A membership label: 1, 0, -1 for unknown."""
    if isinstance(value, float) and value != value:
        return UNKNOWN
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    word = "" if value is None else str(value).strip().lower()
    if word not in LABEL_WORDS:
        raise ExportError(
            "the label is neither member, non-member nor unknown",
            "write 1, 0 or nothing, or give the files with --members and --non-members",
            where=place,
        )
    return LABEL_WORDS[word]
