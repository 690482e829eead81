"""What an input file says of one sequence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ezscope_export.errors import ExportError
from ezscope_export.layouts import Messages, Segments, take_content

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
    """A text, a conversation, or segments of which some count."""

    id: str
    label: int
    place: str
    text: str | None = None
    messages: Messages | None = None
    segments: Segments | None = None
    layout: str = "text"
    source: str = ""
    # What the row's own label says, where it says the opposite of the input's.
    contradiction: Any = None
    meta: dict[str, Any] = field(default_factory=dict)


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
    contradiction = None
    if label is None:
        label = label_of(row.pop(fields.label, None), place)
    elif fields.label in row and label != UNKNOWN:
        # The input decides; a column of that name may well be something else's label.
        own = LABEL_WORDS.get(_word(row[fields.label]))
        contradiction = row[fields.label] if own == 1 - label else None
        if own in (label, UNKNOWN):
            del row[fields.label]
    content = take_content(row, fields.text, place)
    record = Record(
        id=fallback_id if identity is None or identity == "" else str(identity),
        label=label,
        place=place,
        text=content.text,
        messages=content.messages,
        segments=content.segments,
        layout=content.layout,
        contradiction=contradiction,
    )
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


def _word(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None or value != value else str(value).strip().lower()


def label_of(value: Any, place: str) -> int:
    """A membership label: 1, 0, -1 for unknown."""
    word = _word(value)
    if word not in LABEL_WORDS:
        raise ExportError(
            "the label is neither member, non-member nor unknown",
            "write 1, 0 or nothing, or give the files with --members and --non-members",
            where=place,
        )
    return LABEL_WORDS[word]
