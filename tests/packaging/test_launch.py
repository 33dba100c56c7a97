"""packaging/launch.py over a fake Python: what it asks pip for, and what it leaves behind."""

from __future__ import annotations

import ast
import importlib.util
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from types import ModuleType

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "launch.py"
AT_ONCE = ["-n", "logical", "--maxprocesses", "4", "--dist", "loadfile"]
posix = pytest.mark.skipif(os.name == "nt", reason="the fake Python is a script")

# Stands in for .venv/bin/python: answers as pip would, and tells what it was asked.
FAKE_PYTHON = """#!{python}
import json, os, sys, time
here = os.path.dirname(os.path.abspath(__file__))
words = sys.argv[1:]
if words == ["-m", "pip", "--version"]:
    sys.exit(0)
with open(os.path.join(here, "asked"), "a") as asked:
    asked.write(json.dumps([words, os.environ.get("QT_QPA_PLATFORM")]) + "\\n")
if words[:3] == ["-m", "pip", "install"]:
    behave = os.path.join(here, "behave")
    behave = open(behave).read() if os.path.exists(behave) else ""
    print("Collecting torch==2.13.0", flush=True)
    if behave == "hang":
        open(os.path.join(here, "hanging"), "w").write(str(os.getpid()))
        time.sleep(60)
    if behave == "fail":
        print("ERROR: Could not install packages: [Errno 28] No space left on device")
        sys.exit(1)
    sys.exit(0)
sys.exit(7)
"""


@pytest.fixture(scope="module")
def launch() -> ModuleType:
    spec = importlib.util.spec_from_file_location("launch", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class House:
    """A copy of the files that launch.py reads, with a fake .venv."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "packaging").mkdir(parents=True)
        for name in ("pyproject.toml", "packaging/launch.py", "packaging/constraints.txt"):
            shutil.copy(ROOT / name, root / name)
        self.bin = root / ".venv" / "bin"
        self.bin.mkdir(parents=True)
        (root / ".venv" / "pyvenv.cfg").write_text(
            f"home = {Path(sys.executable).parent}\nversion = 3.11.7\n"
        )
        python = self.bin / "python"
        python.write_text(FAKE_PYTHON.format(python=sys.executable))
        python.chmod(0o755)
        self.marker = root / ".venv" / "lora-studio.json"

    def argv(self, *words: str) -> list[str]:
        return [sys.executable, str(self.root / "packaging" / "launch.py"), *words]

    def launch(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.argv(*words), capture_output=True, text=True, timeout=60, check=False
        )

    def behave(self, how: str) -> None:
        (self.bin / "behave").write_text(how)

    def asked(self) -> list[list[str]]:
        return [words for words, _ in self._records()]

    def pip_calls(self) -> list[list[str]]:
        return [words[3:] for words in self.asked() if words[:3] == ["-m", "pip", "install"]]

    def platform_of_last_call(self) -> str | None:
        return self._records()[-1][1]

    def _records(self) -> list[tuple[list[str], str | None]]:
        path = self.bin / "asked"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path / "house")


# --- the file itself


def test_it_parses_on_old_pythons_and_imports_the_standard_library_only() -> None:
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 7))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }
    assert imported
    assert imported <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("version", [(3, 8), (3, 10), (3, 15)])
def test_another_python_is_refused_in_one_sentence(
    launch: ModuleType,
    version: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setattr(sys, "version_info", (*version, 0, "final", 0))
    assert launch.main(["demo"], launch.Place(tmp_path)) == 2
    said = capsys.readouterr().err
    assert "needs Python 3.11 to 3.14" in said
    assert f"this is {version[0]}.{version[1]}" in said
    assert said.count("\n") == 1
    assert not (tmp_path / ".venv").exists()


def test_the_supported_pythons_are_those_of_pyproject(launch: ModuleType) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    oldest, newest = launch.OLDEST, launch.NEWEST
    assert project["requires-python"] == f">={oldest[0]}.{oldest[1]},<{newest[0]}.{newest[1] + 1}"


def test_constraints_pin_every_dependency_to_an_allowed_version(launch: ModuleType) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    parts = launch.pinned(launch.Place(ROOT))
    assert parts["program"]["torch"] == "2.13.0"
    wanted = {
        "program": project["dependencies"],
        "development": project["optional-dependencies"]["dev"],
    }
    for part, requirements in wanted.items():
        for requirement in map(Requirement, requirements):
            version = parts[part][launch.canonical(requirement.name)]
            assert requirement.specifier.contains(version), requirement
    assert not set(parts["program"]) & set(parts["development"])


# --- installing


@posix
def test_demo_installs_torch_first_then_the_program_then_runs(house: House) -> None:
    done = house.launch("demo", "--steps", "3")
    assert done.returncode == 7, done.stderr  # the program's own exit code
    pip, torch, rest = house.pip_calls()
    assert pip[-1].startswith("pip==")
    assert "torch==2.13.0" in torch
    assert "-c" in torch
    assert rest[-2:] == ["-e", "."]
    assert house.asked()[-1] == ["-m", "studio", "demo", "--steps", "3"]
    assert house.marker.exists()
    assert "torch" in done.stderr


@posix
def test_an_installed_house_starts_without_pip_in_under_a_second(house: House) -> None:
    house.launch("inspect")
    before = len(house.pip_calls())
    seconds = []
    for _ in range(3):
        started = time.perf_counter()
        house.launch("inspect", "x.safetensors")
        seconds.append(time.perf_counter() - started)
    assert len(house.pip_calls()) == before
    assert min(seconds) < 1.0


@posix
def test_test_adds_what_tests_need_once(house: House) -> None:
    house.launch("demo")
    house.launch("test", "-k", "x")
    assert house.pip_calls()[-1][-2:] == ["-e", ".[dev]"]
    assert house.asked()[-1][:4] == ["-m", "pytest", "-m", "not slow"]
    assert house.asked()[-1][-2:] == ["-k", "x"]
    assert house.platform_of_last_call() == "offscreen"
    before = len(house.pip_calls())
    house.launch("test")
    house.launch("demo")
    assert len(house.pip_calls()) == before


@posix
@pytest.mark.parametrize("change", ["constraints", "pyproject", "python", "folder", "marker"])
def test_what_no_longer_fits_is_installed_again(house: House, change: str) -> None:
    house.launch("test")
    before = len(house.pip_calls())
    if change == "constraints":
        with (house.root / "packaging" / "constraints.txt").open("a") as file:
            file.write("# newer\n")
    elif change == "pyproject":
        with (house.root / "pyproject.toml").open("a") as file:
            file.write("# newer\n")
    elif change == "python":
        config = house.root / ".venv" / "pyvenv.cfg"
        config.write_text(config.read_text().replace("3.11.7", "3.13.1"))
        marker = json.loads(house.marker.read_text())
        marker["interpreter"] = marker["interpreter"].replace("3.11", "3.13")
        house.marker.write_text(json.dumps(marker))
    elif change == "folder":
        house.root.rename(house.root.with_name("moved"))
        moved = house.root.with_name("moved")
        house.root, house.bin = moved, moved / ".venv" / "bin"
        marker = moved / ".venv" / "lora-studio.json"
        known = json.loads(marker.read_text())
        known["interpreter"] = known["interpreter"].replace("/house/", "/moved/")
        marker.write_text(json.dumps(known))
        house.marker = marker
    else:
        house.marker.write_text("{half")
    house.launch("demo")
    assert len(house.pip_calls()) == before + 3
    house.launch("demo")
    assert len(house.pip_calls()) == before + 3


@posix
def test_a_python_that_is_gone_means_a_new_venv(
    launch: ModuleType, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.launch("demo")
    place = launch.Place(house.root)
    assert launch.is_ready(place, dev=False)
    config = house.root / ".venv" / "pyvenv.cfg"
    config.write_text(f"home = {house.root / 'removed'}\nversion = 3.11.7\n")
    assert not launch.is_ready(place, dev=False)
    made: list[Path] = []
    monkeypatch.setattr(
        "venv.EnvBuilder.create", lambda _builder, where: made.append(Path(where)), raising=True
    )
    launch.make_venv(place)
    assert made == [place.venv]
    assert not house.marker.exists()


@posix
@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_leaves_no_marker_and_no_pip_and_goes_on_next_time(
    house: House, signal_number: signal.Signals
) -> None:
    house.behave("hang")
    running = subprocess.Popen(house.argv("demo"), stderr=subprocess.PIPE, text=True)
    hanging = house.bin / "hanging"
    deadline = time.monotonic() + 30
    while not (hanging.exists() and hanging.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    running.send_signal(signal_number)
    _, said = running.communicate(timeout=30)
    assert running.returncode == 130
    assert said.splitlines()[-1] == "Stopped; the same command goes on from here."
    assert "Traceback" not in said
    assert not house.marker.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(hanging.read_text()), 0)
    house.behave("")
    assert house.launch("demo").returncode == 7
    assert house.marker.exists()


@posix
def test_a_failed_installation_is_one_sentence_with_the_log(house: House) -> None:
    house.behave("fail")
    done = house.launch("demo")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    last = done.stderr.splitlines()[-1]
    assert "the disk is full" in last
    log = house.root / ".launch.log"
    assert str(log) in last
    assert "No space left" in log.read_text()
    assert not house.marker.exists()


@pytest.mark.parametrize(
    ("printed", "said"),
    [
        ("ERROR: No matching distribution found for torch==2.13.0", "no package torch==2.13.0"),
        ("Failed to resolve: Temporary failure in name resolution", "internet was not reached"),
        ("ERROR: Could not install: [Errno 13] Permission denied: 'x'", "may not be written"),
        ("something new", "pip failed"),
    ],
)
def test_the_reason_of_a_failure_is_told(
    launch: ModuleType, tmp_path: Path, printed: str, said: str
) -> None:
    log = tmp_path / "log"
    log.write_text("Collecting x\n" + printed + "\n")
    assert said in launch.failure(log)


@posix
def test_two_at_the_same_time_install_once(house: House) -> None:
    house.behave("hang")
    first = subprocess.Popen(house.argv("demo"), stderr=subprocess.PIPE, text=True)
    hanging = house.bin / "hanging"
    deadline = time.monotonic() + 30
    while not (hanging.exists() and hanging.read_text()) and time.monotonic() < deadline:
        time.sleep(0.02)
    second = subprocess.Popen(house.argv("demo"), stderr=subprocess.PIPE, text=True)
    assert second.stderr is not None
    assert "waiting for it" in second.stderr.readline()
    house.behave("")
    os.kill(int(hanging.read_text()), signal.SIGKILL)  # the first one's pip: it fails
    assert first.wait(30) == 2
    first.communicate()
    second.communicate(timeout=30)
    assert second.returncode == 7
    assert house.marker.exists()
    assert len(house.pip_calls()) == 1 + 3


def test_half_copied_packages_are_forgotten(launch: ModuleType, tmp_path: Path) -> None:
    place = launch.Place(tmp_path)
    packages = place.venv / ("Lib" if os.name == "nt" else "lib/python3.11") / "site-packages"
    for name in ("whole-1.dist-info", "half-1.dist-info", "~orch"):
        (packages / name).mkdir(parents=True)
        (packages / name / "METADATA").write_text("")
    (packages / "whole-1.dist-info" / "INSTALLER").write_text("pip\n")
    launch.repair(place)
    assert [path.name for path in packages.iterdir()] == ["whole-1.dist-info"]


def test_a_folder_that_may_not_be_written_is_told(
    launch: ModuleType,
    house: House,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def refuse(_place: object) -> None:
        raise PermissionError(13, "Permission denied", ".venv")

    monkeypatch.setattr(launch, "make_venv", refuse)
    assert launch.main(["demo"], launch.Place(house.root)) == 2
    assert "Permission denied" in capsys.readouterr().err


# --- words


@pytest.mark.parametrize(
    ("words", "program"),
    [
        ([], ["-m", "ui"]),
        (["app", "my-style"], ["-m", "studio", "app", "my-style"]),
        (["demo", "--out", "x"], ["-m", "studio", "demo", "--out", "x"]),
        (["train", "run.toml", "--resume"], ["-m", "studio", "train", "run.toml", "--resume"]),
        (["test", "-x"], ["-m", "pytest", "-m", "not slow", *AT_ONCE, "-x"]),
    ],
)
def test_words_reach_their_program(
    launch: ModuleType, words: list[str], program: list[str]
) -> None:
    place = launch.Place(ROOT)
    argv, _ = launch.command(place, words)
    assert argv == [str(place.python), *program]


# --- progress


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("Collecting numpy>=1.17 (from accelerate)", "numpy"),
        ("  Collecting PySide6_Essentials<6.12,>=6.8", "pyside6-essentials"),
        ("Requirement already satisfied: typing_extensions>=4 in ./x (4.16)", "typing-extensions"),
        ("Processing ./wheels/torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl", "torch"),
        ("Downloading numpy-2.4.6.whl (17 MB)", ""),
        ("Obtaining file:///somewhere", ""),
    ],
)
def test_pips_lines_name_packages(launch: ModuleType, line: str, name: str) -> None:
    assert launch.package_of(line) == name


def test_progress_tells_package_count_and_megabytes(launch: ModuleType) -> None:
    terminal = io.StringIO()
    progress = launch.Progress({"numpy", "torch"}, terminal)
    for line in ("Collecting torch", "Collecting torch", "Collecting nvidia-x", "Collecting numpy"):
        progress.take(line + "\n")
    assert [line[:10] for line in terminal.getvalue().splitlines()] == [
        "[  1 of 2]",
        "[  1 of 2]",
        "[  2 of 2]",
    ]
    progress.take("Progress 1500000 of 3000000\n")
    progress.live = True
    progress.show()
    assert terminal.getvalue().endswith("numpy 2 of 3 MB")


# --- libraries of the system


def test_missing_libraries_are_found_and_named_with_their_packages(launch: ModuleType) -> None:
    def load(name: str) -> None:
        if name in ("libEGL.so.1", "libxcb-cursor.so.0"):
            raise OSError(name)

    wanted = {**launch.QT_LIBRARIES, **launch.QT_WINDOW_LIBRARIES}
    missing = launch.missing_libraries(wanted, load)
    assert missing == ["libEGL.so.1", "libxcb-cursor.so.0"]
    sentence = launch.missing_sentence(missing, wanted)
    assert "libEGL.so.1, libxcb-cursor.so.0" in sentence
    assert "apt-get install libegl1 libxcb-cursor0" in sentence


@pytest.mark.parametrize(
    ("lacks", "window", "refused"),
    [
        ("libEGL.so.1", False, True),
        ("libEGL.so.1", True, True),
        ("libxcb-cursor.so.0", True, False),
    ],
)
def test_only_what_qt_cannot_do_without_stops_the_start(
    launch: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lacks: str,
    window: bool,
    refused: bool,
) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(launch, "missing_libraries", lambda wanted: [lacks])
    monkeypatch.setattr(launch, "apt_install", lambda packages: False)
    if refused:
        with pytest.raises(launch.Refused, match=lacks):
            launch.check_libraries(window)
    else:
        launch.check_libraries(window)
        assert lacks in capsys.readouterr().err


def test_apt_installs_what_is_missing_and_the_start_goes_on(
    launch: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([["libEGL.so.1"], []])
    asked: list[list[str]] = []
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(launch, "missing_libraries", lambda wanted: next(answers))
    monkeypatch.setattr(launch, "apt_install", lambda packages: not asked.append(packages))
    launch.check_libraries(window=False)
    assert asked == [["libegl1"]]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads ELF files by ldd")
def test_the_tables_name_everything_that_qts_platforms_load(launch: ModuleType) -> None:
    objdump = shutil.which("objdump")
    if objdump is None:
        pytest.skip("no objdump")
    found = importlib.util.find_spec("PySide6")
    assert found is not None
    assert found.origin is not None
    qt = Path(found.origin).parent / "Qt"
    files = [qt / "plugins" / "platforms" / "libqoffscreen.so"]
    files += [qt / "lib" / f"libQt6{part}.so.6" for part in ("Core", "Gui", "Widgets", "DBus")]
    window_files = [qt / "plugins" / "platforms" / "libqxcb.so", qt / "lib" / "libQt6XcbQpa.so.6"]
    always = ("libQt6", "libicu", "libc.", "libm.", "libdl.", "libpthread.", "ld-linux")
    compilers = ("libstdc++", "libgcc_s")  # torch needs them too

    def needed(paths: list[Path]) -> set[str]:
        names: set[str] = set()
        for path in paths:
            text = subprocess.run(
                [objdump, "-p", str(path)], capture_output=True, text=True, check=True
            ).stdout
            names |= {line.split()[1] for line in text.splitlines() if "NEEDED" in line}
        return {name for name in names if not name.startswith((*always, *compilers))}

    assert needed(files) == set(launch.QT_LIBRARIES)
    assert needed(window_files) - set(launch.QT_LIBRARIES) == set(launch.QT_WINDOW_LIBRARIES)
