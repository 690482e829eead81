"""How each kind of server is asked for a prompt's log-probabilities, and how it answers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from ezscope_collect.answers import (
    Answer,
    compared,
    listed,
    logprob,
    spelled,
    taken,
    token_id,
    wrong,
)

Prompt = str | list[int]


class Dialect(ABC):
    """A kind of server."""

    kind: str
    path: str
    # The columns that its answers fill.
    columns: tuple[str, ...]
    # Whether it takes token ids for a text, and whether it tells them.
    takes_ids = True
    tells_ids = True

    @abstractmethod
    def body(self, model: str, prompt: Prompt) -> dict[str, Any]:
        """The request for a prompt's log-probabilities."""

    @abstractmethod
    def read(self, value: Any, prompt: Prompt) -> Answer:
        """What an answer says; `Failed` where it does not say it."""


def _ids(prompt: Prompt) -> list[int] | None:
    return prompt if isinstance(prompt, list) else None


def _first_choice(value: Any) -> dict[str, Any]:
    choices = listed(taken(value, "choices"), "choices")
    if len(choices) != 1 or not isinstance(choices[0], dict):
        raise wrong(f"has {len(choices)} choices where one was asked for")
    found: dict[str, Any] = choices[0]
    return found


class VLLM(Dialect):
    """vLLM's completions with `prompt_logprobs`: log-probabilities, ranks and first choices."""

    kind = "vllm"
    path = "/v1/completions"
    columns = ("logprobs", "ranks", "top1_ids", "top1_logprobs")

    def body(self, model: str, prompt: Prompt) -> dict[str, Any]:
        return {
            "model": model,
            "prompt": prompt,
            "max_tokens": 1,
            "temperature": 1.0,
            "prompt_logprobs": 1,
            "return_token_ids": True,
        }

    def read(self, value: Any, prompt: Prompt) -> Answer:
        choice = _first_choice(value)
        found = choice.get("prompt_logprobs") or taken(value, "prompt_logprobs")
        entries = listed(found, "prompt_logprobs")
        said = choice.get("prompt_token_ids") or taken(value, "prompt_token_ids")
        told = [token_id(token) for token in said] if isinstance(said, list) else None
        if told is not None:
            compared(_ids(prompt), told, "scores")
        ids = told or _ids(prompt)
        if not entries or entries[0] is not None:
            raise wrong("does not begin with null, as a prompt's log-probabilities do")
        if ids is not None and len(entries) != len(ids):
            raise wrong(f"has {len(entries)} log-probabilities for {len(ids)} prompt tokens")
        count = taken(value, "usage", "prompt_tokens")
        if isinstance(count, int) and count != len(entries):
            raise wrong(f"has {len(entries)} log-probabilities for {count} prompt tokens")
        answer = Answer([-1 if ids is None else ids[0]], [b""], [])
        for place, entry in enumerate(entries[1:], start=1):
            self._position(answer, entry, None if ids is None else ids[place])
        answer.tokens = [answer.spellings.get(token, b"") for token in answer.ids or []]
        return answer

    @staticmethod
    def _position(answer: Answer, entry: Any, own: int | None) -> None:
        """One token: its candidates are the most likely one and the true one."""
        if not isinstance(entry, dict) or not entry:
            raise wrong("has a prompt token without candidates")
        candidates: dict[int, Any] = {}
        for key, candidate in entry.items():
            if not isinstance(candidate, dict) or not str(key).isdecimal():
                raise wrong("has a candidate that is no object")
            candidates[token_id(int(key))] = candidate
        ranks = {token: taken(c, "rank") for token, c in candidates.items()}
        if own is None:
            # Nothing marks the true one: it is the only one, or the one that is not the best.
            if not all(type(rank) is int for rank in ranks.values()):
                raise wrong("has candidates without ranks, so the prompt's token is not known")
            own = max(ranks, key=lambda token: ranks[token])
            if list(ranks.values()).count(ranks[own]) > 1:
                raise wrong("has candidates of one rank, so the prompt's token is not known")
        if own not in candidates:
            raise wrong("scores another token than was sent")
        values = {token: logprob(taken(c, "logprob")) for token, c in candidates.items()}
        best = max(values, key=lambda token: (values[token], token == own))
        rank = 1 if best == own else ranks[own]
        if type(rank) is not int or rank < 1 or rank > 1 << 30 or (rank == 1) != (best == own):
            raise wrong("has a rank that its log-probabilities contradict")
        (answer.ids or []).append(own)
        answer.logprobs.append(values[own])
        answer.ranks.append(rank)
        answer.top1_ids.append(best)
        answer.top1_logprobs.append(values[best])
        for token, candidate in candidates.items():
            if isinstance(candidate.get("decoded_token"), str):
                answer.spellings[token] = spelled(candidate["decoded_token"])


class SGLang(Dialect):
    """SGLang's own `/generate`: log-probabilities and first choices, no ranks."""

    kind = "sglang"
    path = "/generate"
    columns = ("logprobs", "top1_ids", "top1_logprobs")

    def body(self, model: str, prompt: Prompt) -> dict[str, Any]:
        key = "text" if isinstance(prompt, str) else "input_ids"
        return {
            key: prompt,
            "sampling_params": {"max_new_tokens": 1, "temperature": 1.0},
            "return_logprob": True,
            "logprob_start_len": 0,
            "top_logprobs_num": 1,
            "return_text_in_logprobs": True,
        }

    def read(self, value: Any, prompt: Prompt) -> Answer:
        meta = taken(value, "meta_info")
        entries = listed(taken(meta, "input_token_logprobs"), "input_token_logprobs")
        ids = [token_id(taken(entry, 1)) for entry in entries]
        count = taken(meta, "prompt_tokens")
        if isinstance(count, int) and count != len(ids):
            raise wrong(f"has {len(ids)} log-probabilities for {count} prompt tokens")
        if not ids or taken(entries[0], 0) not in (None, 0, 0.0):
            raise wrong("does not begin with null, as a prompt's log-probabilities do")
        compared(_ids(prompt), ids, "scores")
        answer = Answer(ids, [], [logprob(taken(entry, 0)) for entry in entries[1:]])
        for entry in entries:
            if isinstance(taken(entry, 2), str):
                answer.spellings[entry[1]] = spelled(entry[2])
        answer.tokens = [answer.spellings.get(token, b"") for token in ids]
        tops = listed(taken(meta, "input_top_logprobs"), "input_top_logprobs")
        if len(tops) != len(ids):
            raise wrong(f"has {len(tops)} first choices for {len(ids)} prompt tokens")
        for own, known, top in zip(ids[1:], answer.logprobs, tops[1:]):
            candidates = listed(top, "first choices at a token")
            values = {token_id(taken(c, 1)): logprob(taken(c, 0)) for c in candidates}
            values[own] = known
            for candidate in candidates:
                if isinstance(taken(candidate, 2), str):
                    answer.spellings.setdefault(candidate[1], spelled(candidate[2]))
            best = max(values, key=lambda token: (values[token], token == own))
            answer.top1_ids.append(best)
            answer.top1_logprobs.append(values[best])
        return answer


class TGI(Dialect):
    """Text Generation Inference with `decoder_input_details`: log-probabilities only."""

    kind = "tgi"
    path = "/generate"
    columns = ("logprobs",)
    takes_ids = False

    def body(self, model: str, prompt: Prompt) -> dict[str, Any]:
        parameters = {"max_new_tokens": 1, "details": True, "decoder_input_details": True}
        return {"inputs": prompt, "parameters": parameters}

    def read(self, value: Any, prompt: Prompt) -> Answer:
        value = value[0] if isinstance(value, list) and len(value) == 1 else value
        entries = listed(taken(value, "details", "prefill"), "details.prefill")
        ids = [token_id(taken(entry, "id")) for entry in entries]
        if not ids or taken(entries[0], "logprob") is not None:
            raise wrong("does not begin with null, as a prompt's log-probabilities do")
        tokens = [spelled(taken(entry, "text")) for entry in entries]
        values = [logprob(taken(entry, "logprob")) for entry in entries[1:]]
        return Answer(ids, tokens, values, spellings=dict(zip(ids, tokens)))


class Echo(Dialect):
    """Completions that echo the prompt, as OpenAI had them, llama-cpp-python and others have."""

    kind = "echo"
    path = "/v1/completions"
    columns = ("logprobs", "top1_logprobs")
    tells_ids = False

    def body(self, model: str, prompt: Prompt) -> dict[str, Any]:
        # llama-cpp-python takes max_tokens 0 for all that fit, so one is generated and dropped.
        return {
            "model": model,
            "prompt": prompt,
            "max_tokens": 1,
            "temperature": 1.0,
            "echo": True,
            "logprobs": 1,
        }

    def read(self, value: Any, prompt: Prompt) -> Answer:
        lists = taken(_first_choice(value), "logprobs")
        texts = listed(taken(lists, "tokens"), "tokens")
        values = listed(taken(lists, "token_logprobs"), "token_logprobs")
        tops = listed(taken(lists, "top_logprobs"), "top_logprobs")
        if not len(texts) == len(values) == len(tops):
            raise wrong("has lists of different lengths")
        count = self._prompt_tokens(value, len(texts))
        own = _ids(prompt)
        if own is not None and count != len(own):
            raise wrong(f"scores {count} tokens where {len(own)} were sent")
        if not count or values[0] not in (None, 0, 0.0):
            raise wrong("does not begin with null, as an echoed prompt's log-probabilities do")
        answer = Answer(own, [spelled(t) for t in texts[:count]], [])
        answer.logprobs = [logprob(v) for v in values[1:count]]
        for known, top in zip(answer.logprobs, tops[1:count]):
            if not isinstance(top, dict):
                raise wrong("has a token without top_logprobs")
            answer.top1_logprobs.append(max([known, *map(logprob, top.values())]))
        return answer

    @staticmethod
    def _prompt_tokens(value: Any, listed_tokens: int) -> int:
        """How many of the tokens listed are the prompt's; what is generated follows them."""
        prompt = taken(value, "usage", "prompt_tokens")
        made = taken(value, "usage", "completion_tokens")
        if type(prompt) is not int:
            raise wrong("does not say how many tokens the prompt has (usage.prompt_tokens)")
        made = made if type(made) is int else listed_tokens - prompt
        if listed_tokens == prompt + made:
            return prompt
        # Some list nothing that was generated, others do not list a start token that they count.
        if listed_tokens == prompt:
            return prompt
        if listed_tokens == prompt - 1 + made:
            return prompt - 1
        raise wrong(f"lists {listed_tokens} tokens for {prompt} of the prompt")


DIALECTS: dict[str, Dialect] = {d.kind: d for d in (VLLM(), SGLang(), TGI(), Echo())}
