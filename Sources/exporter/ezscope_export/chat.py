"""Conversations and prompts: the text a model was trained on, and which part of it counted."""

from __future__ import annotations

from typing import Any

from ezscope_export.errors import ExportError
from ezscope_export.records import Record

Spans = list[tuple[int, int]]


PROMPTS = ("auto", "chat", "alpaca")


def is_templated(record: Record, tokenizer: Any, alpaca: str) -> bool:
    """Whether a record is spelled by the chat template.

    Alpaca's rows can be spelled both ways: by the template where the tokenizer has one (as axolotl
    and LLaMA-Factory train), else in the words of Stanford's prompt; `alpaca` says otherwise.
    """
    if record.messages is None:
        return False
    if record.segments is None:
        return True
    if alpaca == "auto":
        return getattr(tokenizer, "chat_template", None) is not None
    return alpaca == "chat"


def rendered(
    record: Record, tokenizer: Any, completion_only: bool, alpaca: str = "auto"
) -> tuple[str, Spans | None]:
    """The text of a record and the character ranges that count; None means all of it.

    What counts of a conversation is what the assistant's turns add to the template's prompt for
    an answer: the answer and the marker that ends the turn.
    """
    if is_templated(record, tokenizer, alpaca):
        text = _templated(record, tokenizer, record.messages or [], False)
        return text, _assistant_spans(record, tokenizer, text) if completion_only else None
    if record.segments is not None:
        text, spans = "", []
        for part, counts in record.segments:
            if counts:
                spans.append((len(text), len(text) + len(part)))
            text += part
        return text, spans if completion_only else None
    if completion_only and record.text:
        raise ExportError(
            "--completion-only needs a conversation, or `prompt` and `completion`",
            "a plain text has no completion to tell apart",
            where=record.place,
        )
    return record.text or "", None


def _assistant_spans(record: Record, tokenizer: Any, text: str) -> Spans:
    messages = record.messages or []
    spans: Spans = []
    for index, message in enumerate(messages):
        if message["role"] != "assistant" or _is_masked(message):
            continue
        before = _templated(record, tokenizer, messages[:index], True) if index else ""
        through = _templated(record, tokenizer, messages[: index + 1], False)
        if not (text.startswith(through) and through.startswith(before)):
            raise ExportError(
                "the chat template rewrites earlier turns, so the completion has no fixed place",
                "write prompt and completion columns instead of messages",
                where=record.place,
            )
        spans.append((len(before), len(through)))
    if not spans:
        raise ExportError(
            "has no assistant turn", "--completion-only scores those", where=record.place
        )
    return spans


def _is_masked(message: dict[str, Any]) -> bool:
    """A turn that its data set says was not trained on: `weight` 0, or `train` false."""
    return message.get("weight") == 0 or message.get("train") is False


def _templated(
    record: Record, tokenizer: Any, messages: list[dict[str, Any]], generation: bool
) -> str:
    if getattr(tokenizer, "chat_template", None) is None:
        raise ExportError(
            "holds messages, but the tokenizer has no chat template",
            "give a --tokenizer that has one, or a text column",
            where=record.place,
        )
    try:
        text = tokenizer.apply_chat_template(
            messages, tokenize=False, add_generation_prompt=generation
        )
    except Exception as error:  # Templates raise whatever their authors chose.
        raise ExportError(
            f"the chat template refuses the messages: {error}", where=record.place
        ) from None
    return str(text)


def scored_positions(offsets: list[tuple[int, int]], spans: Spans) -> list[bool]:
    """For each predicted position, whether its target token lies in a span.

    A token that begins before a span was partly given by the prompt and does not count.
    """
    return [
        any(begin >= start and end <= stop and end > begin for start, stop in spans)
        for begin, end in offsets[1:]
    ]
