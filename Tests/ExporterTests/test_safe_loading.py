"""What is loaded from strangers names its safeguards: read off the sources, so none escapes."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ezscope_export.files import open_to_write, replacing

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "Sources/exporter").glob("ezscope_*/**/*.py")) + sorted(
    (ROOT / "SampleData/recipe").glob("*.py")
)

# What each call has to pass, whatever the library's default is. Adapters are loaded by peft, which
# reads no code and whose files are looked at beforehand.
_CODE = {"trust_remote_code"}
_WEIGHTS = {"use_safetensors", "weights_only"}
_NEEDS = {"AutoConfig": _CODE, "AutoTokenizer": _CODE, "GPT2LMHeadModel": _WEIGHTS}


def _needs(call: ast.Call) -> set[str]:
    function = call.func
    if not isinstance(function, ast.Attribute) or not isinstance(function.value, ast.Name):
        return set()
    owner = function.value.id
    if function.attr == "load" and owner == "torch":
        return {"weights_only"}
    if function.attr != "from_pretrained":
        return set()
    if owner.startswith("AutoModel"):
        return _CODE | _WEIGHTS
    return _NEEDS.get(owner, set())


def _keywords(call: ast.Call, scope: ast.AST) -> dict[str, ast.expr]:
    """The named arguments, those of a dictionary that is spread into the call among them."""
    found: dict[str, ast.expr] = {}
    for keyword in call.keywords:
        if keyword.arg is not None:
            found[keyword.arg] = keyword.value
        elif isinstance(keyword.value, ast.Name):
            for node in ast.walk(scope):
                if (
                    isinstance(node, ast.Assign)
                    and any(
                        isinstance(target, ast.Name) and target.id == keyword.value.id
                        for target in node.targets
                    )
                    and isinstance(node.value, ast.Dict)
                ):
                    for key, value in zip(node.value.keys, node.value.values, strict=True):
                        if isinstance(key, ast.Constant):
                            found[str(key.value)] = value
    return found


def _calls() -> Iterator[tuple[str, ast.Call, ast.AST]]:
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for scope in ast.walk(tree):
            if isinstance(scope, ast.FunctionDef):
                for node in ast.walk(scope):
                    if isinstance(node, ast.Call):
                        yield f"{path.relative_to(ROOT)}:{node.lineno}", node, scope


def test_every_load_names_its_safeguards():
    seen = 0
    for place, call, scope in _calls():
        needs = _needs(call)
        if not needs:
            continue
        seen += 1
        given = _keywords(call, scope)
        assert needs <= given.keys(), f"{place}: pass {sorted(needs - given.keys())}"
        for name in sorted(needs):
            value = given[name]
            if isinstance(value, ast.Constant):
                assert value.value is (name != "trust_remote_code"), f"{place}: {name}"
            elif name == "weights_only":
                pytest.fail(f"{place}: weights_only is not for anybody to choose")
    assert seen >= 8


def test_nothing_is_unpickled_or_run():
    for place, call, _ in _calls():
        text = ast.unparse(call.func)
        assert text not in {"eval", "exec", "os.system", "pickle.load", "pickle.loads"}, place
        assert not (
            text.endswith(".load")
            and any(keyword.arg == "allow_pickle" for keyword in call.keywords)
            and not all(
                isinstance(keyword.value, ast.Constant) and keyword.value.value is False
                for keyword in call.keywords
                if keyword.arg == "allow_pickle"
            )
        ), place
        assert not any(keyword.arg == "shell" for keyword in call.keywords), place


def test_data_sets_run_no_code():
    """From 2.20 on a data set's own program runs only if somebody says so."""
    project = (ROOT / "Sources/exporter/pyproject.toml").read_text(encoding="utf-8")
    assert 'datasets = ["datasets>=2.20"]' in project
    inputs = (ROOT / "Sources/exporter/ezscope_export/inputs.py").read_text(encoding="utf-8")
    assert 'options["trust_remote_code"] = False' in inputs


def test_a_link_at_a_foreseeable_name_is_not_followed(tmp_path):
    treasure = tmp_path / "treasure"
    treasure.write_bytes(b"kept")
    link = tmp_path / "work"
    link.symlink_to(treasure)
    with pytest.raises(OSError):
        open_to_write(link, empty=True)
    with replacing(link) as file:
        parts = [name for name in os.listdir(tmp_path) if name.endswith(".new")]
        assert len(parts) == 1 and not (tmp_path / parts[0]).is_symlink()
        file.write(b"new")
    assert treasure.read_bytes() == b"kept"
    assert link.read_bytes() == b"new" and not link.is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["treasure", "work"]


def test_new_files_are_opened_for_nobody_else_to_foresee():
    files = (ROOT / "Sources/exporter/ezscope_export/files.py").read_text(encoding="utf-8")
    (flags,) = [line for line in files.splitlines() if line.startswith("_NEW =")]
    assert "O_EXCL" in flags and "O_NOFOLLOW" in flags
