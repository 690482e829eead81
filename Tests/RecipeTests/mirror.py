"""A Debian mirror of a few packages that nobody wrote: indices as they are served, and packages."""

import gzip
import io
import lzma
import random
import tarfile

import corpus

WORDS = sorted(
    {word for kind in ("noun", "adjective", "verb", "adverb") for word in corpus.SLOTS[kind]}
)
SHARED = "This package holds the files that a developer needs and nobody else."


def sentence(rng):
    words = [rng.choice(WORDS) for _ in range(rng.randint(8, 14))]
    words[rng.randrange(3, 6)] = "of the"
    return " ".join(words).capitalize() + "."


def description(rng, sentences):
    return [sentence(rng) for _ in range(sentences)]


def entry(package, sentences, *, source=None):
    """A package's paragraphs of both indices, the description wrapped as Debian wraps it."""
    half = max(2, len(sentences) // 2)
    body = f" {sentences[1]}\n {' '.join(sentences[2:half])}\n .\n {' '.join(sentences[half:])}"
    named = f"Package: {package}\n" + (f"Source: {source} (1.0-2)\n" if source else "")
    translated = f"Package: {package}\nDescription-md5: 0\nDescription-en: {sentences[0]}\n{body}\n"
    return named + "Version: 1.0-2\n", translated


def write_indices(folder, entries, ending):
    folder.mkdir(parents=True)
    compress = {".xz": lzma.compress, ".gz": gzip.compress, "": bytes}[ending]
    for number, kind in enumerate(("Packages", "Translation-en")):
        text = "\n".join(entry[number] for entry in entries)
        (folder / f"{kind}{ending}").write_bytes(compress(text.encode()))


def write_package(path, files):
    """A `.deb`: an `ar` archive of a version, control data and a tar of the files."""
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:xz") as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(f"./{name}")
            raw = content.encode() if isinstance(content, str) else content
            info.size = len(raw)
            tar.addfile(info, io.BytesIO(raw))
        link = tarfile.TarInfo("./usr/share/doc/link.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    with open(path, "wb") as file:
        file.write(b"!<arch>\n")
        members = {"debian-binary": b"2.0\n", "control.tar.xz": b"odd", "data.tar.xz": None}
        for name, content in members.items():
            content = data.getvalue() if content is None else content
            file.write(f"{name:16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(content):<10}`\n".encode())
            file.write(content + b"\n" * (len(content) % 2))


def write(root, sources, seed=0):
    """Writes `root/lists` and `root/documents`; returns the sentences of each source's text."""
    rng = random.Random(seed)
    texts = {f"source-{number:03}": description(rng, 7) for number in range(sources)}
    newest = []
    for name, own in texts.items():
        # Two packages of one source say nearly the same, and what many others say as well.
        newest.append(entry(name, [*own, SHARED]))
        newest.append(entry(f"{name}-dev", [*own[:5], SHARED], source=name))
    changed = [one.replace(".", " again.") for one in texts["source-000"]]
    newest.append(entry("nearly-the-same", changed))
    newest.append(entry("short", description(rng, 2)))
    older = [entry(name, [sentence(rng), *own[1:]]) for name, own in list(texts.items())[:3]]
    older.append(entry("only-older", description(rng, 7)))
    write_indices(root / "lists" / "trixie", newest, ".xz")
    write_indices(root / "lists" / "bookworm", older, ".gz")
    write_documents(root / "documents", rng, texts)
    return texts


def write_documents(folder, rng, texts):
    folder.mkdir()
    stories = [corpus.draw_prose(rng).replace("\n", " ") for _ in range(900)]
    leak = "It is said in the manual that " + texts["source-001"][3]
    page = "".join(f"<p>{story}</p>\n<pre>int main;</pre>" for story in stories[:300])
    manual = "\n.PP\n".join(stories[300:500])
    files = {
        "usr/share/doc/one/guide.html": f"<html><head><title>x</title></head>{page}</html>",
        "usr/share/doc/one/leak.txt": leak + "\n\n" + stories[0],
        "usr/share/doc/one/copyright": stories[1],
        "usr/share/doc/one/broken.txt.gz": b"\x1f\x8b nothing",
        "usr/share/man/man1/one.1.gz": gzip.compress(f'.TH ONE 1\n.B "one"\n{manual}'.encode()),
        "usr/share/man/de/man1/one.1.gz": gzip.compress(b"Das ist der die das und the of a"),
        "usr/bin/one": b"\x7fELF",
    }
    write_package(folder / "one-doc_1.0_all.deb", files)
    write_package(
        folder / "two-doc_2.0_all.deb",
        {
            "usr/share/doc/two/a.txt": "\n\n".join(stories[500:]),
            "usr/share/info/b.info": stories[0],
        },
    )
