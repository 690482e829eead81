import json
import subprocess
import sys
import time

import pytest

from conftest import RECIPE
from stages import (
    SHARING_GPU,
    Meter,
    Runner,
    Stage,
    StageFailed,
    Workshop,
    duration,
    remaining_work,
)

# Stages that count how often they run, in a file outside of their output.
WORK = """
import time
from pathlib import Path
from stages import Stage, Workshop

def write(folder, inputs, *, text, wait=0):
    time.sleep(wait)
    read = "".join((path / "out.txt").read_text() for path in inputs.values())
    (folder / "out.txt").write_text(read + text)
    with open(folder.parent.parent / "ran.txt", "a") as file:
        file.write(text + " ")

def fail(folder, inputs):
    (folder / "half.txt").write_text("half")
    raise ValueError("this went wrong")
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """A function from stages to a runner over them, in a folder that stays the same."""
    monkeypatch.setenv("PYTHONPATH", str(RECIPE))
    (tmp_path / "work.py").write_text(WORK)

    def make(stages, workers=2):
        script = tmp_path / "one.py"
        fields = [(s.name, s.work, s.inputs, dict(s.settings)) for s in stages]
        script.write_text(
            f"import sys\nfrom work import Stage, Workshop, Path\nroot = Path({str(tmp_path)!r})\n"
            f"Workshop(root, [Stage(*f) for f in {fields!r}]).run(sys.argv[1])\n"
        )
        return Runner(Workshop(tmp_path, stages), [sys.executable, str(script)], workers)

    return make


def chain(last="c"):
    return [
        Stage("one", "work:write", (), {"text": "a"}),
        Stage("two", "work:write", ("one",), {"text": "b"}),
        Stage("three", "work:write", ("two",), {"text": last}),
    ]


def test_inputs_come_first_and_nothing_runs_twice(shop, tmp_path):
    shop(chain()).run(["three"])
    assert (tmp_path / "stages/three/out.txt").read_text() == "abc"
    shop(chain()).run(["three"])
    assert (tmp_path / "ran.txt").read_text() == "a b c "


def test_only_what_is_stale_runs_again(shop, tmp_path):
    shop(chain()).run(["three"])
    shop(chain(last="d")).run(["three"])
    assert (tmp_path / "ran.txt").read_text() == "a b c d "
    assert (tmp_path / "stages/three/out.txt").read_text() == "abd"


def test_only_what_is_wanted_runs(shop, tmp_path):
    shop(chain()).run(["two"])
    assert (tmp_path / "ran.txt").read_text() == "a b "


def test_a_failed_stage_leaves_no_output_and_shows_its_log(shop, tmp_path):
    with pytest.raises(StageFailed, match="this went wrong"):
        shop([Stage("bad", "work:fail")]).run(["bad"])
    assert not (tmp_path / "stages/bad").exists()
    shop([Stage("good", "work:write", (), {"text": "a"})]).run(["good"])
    assert not list(tmp_path.glob("stages/*.partial"))


def test_a_killed_stage_is_run_again(shop, tmp_path):
    slow = [Stage("slow", "work:write", (), {"text": "a", "wait": 60})]
    shop(slow)
    process = subprocess.Popen([sys.executable, str(tmp_path / "one.py"), "slow"])
    while not list(tmp_path.glob("stages/slow.*.partial")):
        time.sleep(0.05)
    process.kill()
    process.wait()
    quick = [Stage("slow", "work:write", (), {"text": "a"})]
    shop(quick).run(["slow"])
    assert (tmp_path / "ran.txt").read_text() == "a "
    assert [path.name for path in (tmp_path / "stages").iterdir()] == ["slow"]


def test_markers_say_how_long_it_took(shop, tmp_path):
    shop(chain()).run(["one"])
    marker = json.loads((tmp_path / "stages/one/done.json").read_text())
    assert marker["seconds"] >= 0 and marker["cpu_seconds"] >= 0 and len(marker["key"]) == 64


def test_the_longest_chain_comes_first(tmp_path):
    stages = [
        Stage("short", "x:y", cost=5),
        Stage("root", "x:y", cost=1),
        Stage("leaf", "x:y", ("root",), cost=10),
    ]
    behind = remaining_work(Workshop(tmp_path, stages), ["short", "root", "leaf"])
    assert behind == {"short": 5, "root": 11, "leaf": 10}


def test_few_stages_share_the_gpu(shop, tmp_path):
    several = [
        Stage(f"on-{number}", "work:write", (), {"text": str(number), "wait": 1}, on_gpu=True)
        for number in range(SHARING_GPU + 2)
    ]
    runner = shop([*several, Stage("off", "work:write", (), {"text": "off"})], workers=99)
    started = []
    start = runner._start

    def counted(waiting):
        start(waiting)
        started.append(set(runner.running))

    runner._start = counted
    runner.run([*(stage.name for stage in several), "off"])
    at_once = max(len([name for name in names if name != "off"]) for names in started)
    assert at_once == SHARING_GPU and any("off" in names for names in started)
    assert len((tmp_path / "ran.txt").read_text().split()) == len(several) + 1


def test_a_folder_from_outside_is_an_input_and_makes_stale_what_reads_it(tmp_path, monkeypatch):
    given = tmp_path / "given"
    given.mkdir()
    (given / "out.txt").write_text("given ")
    stage = Stage("one", "work:write", (), {"text": "a"}, outside={"given": given})

    (tmp_path / "work.py").write_text(WORK)
    monkeypatch.syspath_prepend(str(tmp_path))
    Workshop(tmp_path, [stage]).run("one")
    assert (tmp_path / "stages/one/out.txt").read_text() == "given a"
    assert Workshop(tmp_path, [stage]).done("one")
    (given / "more.txt").write_text("more")
    assert not Workshop(tmp_path, [stage]).done("one")


def test_two_stages_of_one_name_are_refused(tmp_path):
    with pytest.raises(ValueError, match="one name"):
        Workshop(tmp_path, [Stage("a", "x:y"), Stage("a", "x:y")])


def test_progress_counts_work_and_not_stages():
    meter = Meter([Stage("big", "x:y", cost=90), Stage("little", "x:y", cost=10)], workers=1)
    assert meter.line([]).startswith("0/2 stages, 0% of the work")
    meter.finish("big", 180)
    line = meter.line(["little"])
    assert "1/2 stages, 90% of the work" in line and "now little" in line
    meter.finish("little", 20)
    assert meter.line([]) == "2/2 stages, 100% of the work"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00 min"), (61, "1:01 min"), (3599, "59:59 min"), (5400, "1 h 30 min")],
)
def test_durations(seconds, text):
    assert duration(seconds) == text
