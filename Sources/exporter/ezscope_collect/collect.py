"""One collection from beginning to end."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ezscope_collect.answers import check_text
from ezscope_collect.client import Client, Patience, Reply, Stopped
from ezscope_collect.dialects import Dialect, Prompt
from ezscope_collect.journal import Journal
from ezscope_collect.output import Output
from ezscope_collect.probe import PROBE, Found, examine
from ezscope_collect.settings import Settings
from ezscope_collect.texts import Texts, read_texts
from ezscope_export import __version__, outplace, workfolder
from ezscope_export.errors import BAD_DATA, INPUT_OUTPUT, NO_INPUT, ExportError, printable
from ezscope_export.hub import folder_of
from ezscope_export.inputs import Source, fingerprint
from ezscope_export.progress import Progress, Reporter
from ezscope_export.tokenization import Encoder, TokenizerOptions, load_tokenizer
from ezscope_export.workfolder import Digests, claim, refuse_planted

# Where the server does not say how long a text may be.
_DEFAULT_LENGTH = 2048
# What decides how the answers are come by, but none of them.
_WORDS = ("out", "concurrency", "retries", "timeout", "seed", "key", "keep_work", "skip_refused")


class Collection:
    """The state of one collection; `run` does it all, taking up what an earlier run left."""

    def __init__(self, settings: Settings, report: Reporter) -> None:
        self.settings = settings
        self.report = report
        self.stop = threading.Event()
        self.failure: BaseException | None = None
        outplace.check(settings.out, True, settings.inputs)
        self.clients = [Client(m.server, settings.key, settings.timeout) for m in settings.models]
        # Models behind one server wait together where it asks for patience.
        servers = {
            m.server: Patience(settings.retries, settings.seed, self.stop) for m in settings.models
        }
        self.patience = [servers[m.server] for m in settings.models]
        self.tokenizer: Any = None
        if settings.tokenizer:
            self.tokenizer = load_tokenizer([settings.tokenizer], settings.trust_remote_code)

    def run(self) -> None:
        """Asks for every text under every model and writes the evidence."""
        settings = self.settings
        found = self.probe()
        encoder = self.encoder(found)
        length = encoder.options.max_length if encoder is not None else None
        self.take_up(self.state(found, length))
        texts = read_texts(settings, settings.work / "texts", encoder, self.report)
        dialects = [one.dialect for one in found]
        journal = Journal(settings.work / "answers", [d.columns for d in dialects], len(texts))
        try:
            self.ask(texts, journal, dialects)
        finally:
            self.stop.set()
            journal.close()
        output = Output(settings, texts, journal, dialects, self.tokenizer, length)
        self.report_refused(texts, journal)
        count = output.write(settings.work / "evidence")
        texts.close()
        if not settings.keep_work:
            workfolder.remove(settings.work)
        self.report.say(f"written: {settings.out}, {count:,} texts")

    # What is asked

    def probe(self) -> list[Found]:
        """What kinds of servers these are; they must cut a text alike."""
        settings, found = self.settings, []
        prompt: Prompt = PROBE
        if self.tokenizer is not None:
            prompt = list(self.tokenizer(PROBE, verbose=False)["input_ids"])
        for model, client, patience in zip(settings.models, self.clients, self.patience):
            one = examine(model, client, patience, settings.kind, prompt)
            words = ", ".join(one.dialect.columns)
            self.report.say(f"{model.name}: {one.dialect.kind} at {model.server} ({words})")
            if "ranks" not in one.dialect.columns and "top1_logprobs" not in one.dialect.columns:
                self.report.warn(
                    f"{model.server} tells neither ranks nor first choices: EZ and its kin need one"
                )
            found.append(one)
        if len(found) == 2:
            self.check_pair(found[0], found[1])
        return found

    def check_pair(self, target: Found, reference: Found) -> None:
        """Both servers can be told apart and spell tokens alike."""
        one_model = target.dialect.path == "/generate"
        settings = self.settings
        if settings.reference and one_model and settings.reference.server == settings.target.server:
            raise ExportError(
                f"is {target.dialect.kind}, which serves one model: target and reference would "
                "be the same",
                "say where the reference is: --reference MODEL@URL",
                where=str(settings.target.server),
            )
        if self.tokenizer is not None or target.tokens == reference.tokens:
            return
        if target.dialect.tells_ids != reference.dialect.tells_ids:
            raise ExportError(
                "one server tells token ids and the other does not, so tokens cannot be compared",
                "pass --tokenizer, and both are sent the same ids",
            )
        raise ExportError(
            f"the models cut {PROBE!r} into different tokens",
            "evidence compares models token by token: the reference must be the base that the "
            "target was tuned from",
        )

    def encoder(self, found: list[Found]) -> Encoder | None:
        """What cuts texts into tokens here; None where the server does it."""
        settings = self.settings
        if self.tokenizer is None:
            return None
        # A token must fit behind the text, as servers generate at least one.
        limits = [one.context - 1 for one in found if one.context is not None]
        length = settings.max_length or min([_DEFAULT_LENGTH, *limits])
        if limits and length > min(limits):
            raise ExportError(
                f"--max-length {length} is more than the servers take ({min(limits)})",
                f"pass --max-length {min(limits)} or less",
            )
        options = TokenizerOptions(
            length,
            settings.bos,
            settings.append_eos,
            settings.completion_only,
            settings.cut_text,
            settings.alpaca,
        )
        return Encoder(self.tokenizer, options)

    def state(self, found: list[Found], length: int | None) -> dict[str, Any]:
        """Whatever the answers depend on, as far as it can be known from outside a server."""
        settings = self.settings
        options = asdict(settings)
        for key in _WORDS:
            del options[key]
        for role in ("target", "reference"):
            if options[role]:
                del options[role]["server"]
        own = ""
        if settings.tokenizer:
            folder = folder_of(settings.tokenizer, code=settings.trust_remote_code)
            refuse_planted(settings.work)
            own = Digests(settings.work / "digests.json", self.report).of([folder])
        return {
            "version": __version__,
            "options": options,
            "inputs": [fingerprint(Source(s.path, s.label)) for s in settings.sources],
            "tokenizer": own,
            "length": length,
            "servers": [one.dialect.kind for one in found],
        }

    def take_up(self, state: dict[str, Any]) -> None:
        """Makes the work folder, or takes up one of the same collection."""
        try:
            claim(self.settings.work, state, "collection", self.report)
        except OSError as error:
            raise ExportError(
                f"cannot be written: {error.strerror}",
                "choose another --out",
                where=str(self.settings.work),
                code=INPUT_OUTPUT,
            ) from None

    # Asking

    def ask(self, texts: Texts, journal: Journal, dialects: list[Dialect]) -> None:
        """Every text that has no answer yet, by a bounded number of threads."""
        settings = self.settings
        total = len(texts) * len(dialects)
        progress = self.report.progress("asking", total, "texts")
        done = sum(journal.done(model) for model in range(len(dialects)))
        progress.skip(done)
        jobs = _Shared(
            (model, index)
            for index in range(len(texts))
            for model in range(len(dialects))
            if not journal.is_done(model, index)
        )
        count = min(settings.concurrency, max(total - done, 1))
        workers = [
            threading.Thread(
                target=self.work, args=(jobs, texts, journal, dialects, progress), daemon=True
            )
            for _ in range(count)
        ]
        for worker in workers:
            worker.start()
        # Requests on their way when something failed are not waited for: nothing of them is kept.
        for worker in workers:
            while worker.is_alive() and not self.stop.is_set():
                worker.join(0.1)
        if self.failure is not None:
            raise self.failure
        progress.finish()

    def work(
        self,
        jobs: _Shared,
        texts: Texts,
        journal: Journal,
        dialects: list[Dialect],
        progress: Progress,
    ) -> None:
        """What one thread does until there is no text left, or something failed for good."""
        try:
            while not self.stop.is_set() and (job := jobs.next()) is not None:
                model, index = job
                self.one(model, index, texts, journal, dialects[model])
                jobs.count(progress)
        except Stopped:
            pass
        except BaseException as error:
            if not self.stop.is_set():
                self.failure = self.failure or error
            self.stop.set()
        finally:
            for client in self.clients:
                client.close()

    def one(self, model: int, index: int, texts: Texts, journal: Journal, dialect: Dialect) -> None:
        """Asks one model for one text and keeps the answer."""
        served, client = self.settings.models[model], self.clients[model]
        prompt, text, name = texts.prompt(index), texts.text(index), texts.id(index)
        body = dialect.body(served.model, prompt)

        def attempt() -> Reply | None:
            reply = client.request("POST", dialect.path, body)
            if reply.status != 200:
                return reply
            answer = dialect.read(reply.json(), prompt)
            if isinstance(prompt, str):
                check_text(text, answer.tokens)
            if len(answer.logprobs) == 0:
                self.is_empty(model, index, journal, name)
                return None
            journal.answer(model, index, answer, name)
            return None

        where = f"{served.name}, text {printable(name)}"
        reply = self.patience[model].until_done(where, attempt)
        if reply is not None:
            self.refused(model, index, reply, journal, where)

    def is_empty(self, model: int, index: int, journal: Journal, name: str) -> None:
        """A text of one token: nothing is predicted."""
        if not self.settings.skip_empty:
            raise ExportError(
                f"the text {printable(name)!r} has no predicted position: its only token is "
                "never scored",
                "drop it, or pass --skip-empty",
            )
        journal.refuse(model, index, "no predicted position")

    def refused(self, model: int, index: int, reply: Reply, journal: Journal, where: str) -> None:
        """A text that the server will not score, however often it is asked."""
        reason = f"status {reply.status}: {reply.message}"
        if not self.settings.skip_refused or reply.status not in (400, 413, 422):
            raise ExportError(
                f"refused with {reason}",
                "--skip-refused leaves such texts out; --tokenizer with --max-length cuts long ones"
                if reply.status in (400, 413, 422)
                else "see the server's log; the same command takes up what was answered",
                where=where,
                code=BAD_DATA if reply.status in (400, 413, 422) else NO_INPUT,
            )
        journal.refuse(model, index, reason)

    def report_refused(self, texts: Texts, journal: Journal) -> None:
        """Says which texts are left out, and why."""
        for model, refused in zip(self.settings.models, journal.refused):
            for index in sorted(refused)[:20]:
                self.report.warn(
                    f"left out: {printable(texts.id(index))}, {model.name}: {refused[index]}"
                )
            if len(refused) > 20:
                self.report.warn(f"left out: {len(refused) - 20:,} more, {model.name}")


class _Shared:
    """Jobs that several threads take from."""

    def __init__(self, jobs: Iterator[tuple[int, int]]) -> None:
        self.jobs = jobs
        self.lock = threading.Lock()

    def next(self) -> tuple[int, int] | None:
        """The next one, or None."""
        with self.lock:
            return next(self.jobs, None)

    def count(self, progress: Progress) -> None:
        """One job is done."""
        with self.lock:
            progress.advance(1)
