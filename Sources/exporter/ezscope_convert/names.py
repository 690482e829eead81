"""Which column is what: the names people give, and the ones ezscope's evidence has."""

from __future__ import annotations

_SIDES = {
    "target": ("target", "finetuned", "fine_tuned", "ft", "tuned", "sft"),
    "reference": ("reference", "ref", "base", "pretrained", "pre_trained"),
}
_KINDS = {
    "logprobs": (
        "logprobs",
        "token_logprobs",
        "log_probs",
        "token_log_probs",
        "logps",
        "logp",
        "token_logps",
        "prompt_token_logprobs",
        "per_token_logprobs",
        "logprob",
    ),
    "ranks": ("ranks", "token_ranks", "rank"),
    "top1_ids": ("top1_ids", "argmax"),
    "top1_logprobs": ("top1_logprobs",),
}
ROLES = {
    "id": ("id", "ids", "sequence_id", "sample_id", "example_id", "custom_id", "doc_id", "index"),
    "label": (
        "label",
        "labels",
        "member",
        "members",
        "is_member",
        "membership",
        "memberships",
        "in_train",
        "is_train",
    ),
    "text": ("text", "texts", "input", "inputs", "prompt", "document", "content"),
    "tokens": ("tokens", "token_strs", "token_texts"),
    "token_ids": ("token_ids", "input_ids", "prompt_token_ids"),
}
MEMBER = {"1", "1.0", "true", "yes", "y", "member", "members", "in", "seen", "train", "training"}
NON_MEMBER = {
    "0",
    "0.0",
    "false",
    "no",
    "n",
    "non-member",
    "nonmember",
    "non_member",
    "out",
    "unseen",
    "test",
    "holdout",
    "held-out",
    "validation",
    "val",
}


def _known() -> dict[str, str]:
    known: dict[str, str] = {}
    for kind, names in _KINDS.items():
        for name in names:
            known[name] = f"side.{kind}"
            for side, words in _SIDES.items():
                for word in words:
                    for spelled in (f"{word}_{name}", f"{name}_{word}", f"{word}.{name}"):
                        known[spelled] = f"{side}.{kind}"
    return known


_LISTS = _known()


def role_of_list(name: str) -> str | None:
    """`target.logprobs`, `token_ids` and the like, for a column of lists; None if it is unknown.

    `side.logprobs` is a list that does not say whose it is.
    """
    name = name.lower()
    for role in ("tokens", "token_ids"):
        if name in ROLES[role]:
            return role
    return _LISTS.get(name)


def role_of_scalar(names: list[str], role: str) -> str | None:
    """The column of a role among names, the likeliest first."""
    lower = {name.lower().replace(" ", "_").replace("-", "_"): name for name in names}
    return next((lower[name] for name in ROLES[role] if name in lower), None)


def label_number(value: object) -> int | None:
    """1, 0 or -1 for the spellings of a label; None if it is none."""
    text = "" if value is None or value != value else str(value).strip().lower()
    if text in MEMBER:
        return 1
    if text in NON_MEMBER:
        return 0
    return -1 if text in ("", "-1", "unknown", "none", "null", "nan") else None
