#!/usr/bin/env python3
"""Sets LoRA Studio up on a fresh machine, then runs it. Needs Python 3.11 or newer, nothing else.

    python3 packaging/launch.py              opens the app
    python3 packaging/launch.py demo         trains a first LoRA on the sample images
    python3 packaging/launch.py test [...]   runs the tests; further words go to pytest
    python3 packaging/launch.py WORD [...]   any other command of `lora-studio`

Everything is installed into the folder .venv of this repository, at the versions in
packaging/constraints.txt. It is safe to interrupt this at any time and to run it again.
"""

# This file must at least parse on old Pythons, or they could not be told what is missing.
from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib.util
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

OLDEST, NEWEST = (3, 11), (3, 14)
WINDOWS = os.name == "nt"

# What Qt's libraries and its offscreen platform load, with the Debian package of each.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libz.so.1": "zlib1g",
    "libzstd.so.1": "libzstd1",
}
# What its xcb platform loads on top, to show a window.
QT_WINDOW_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxcb.so.1": "libxcb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}

# The reason of a failed installation, by what pip printed.
REASONS = {
    r"No space left on device|not enough space": "the disk is full",
    r"NewConnectionError|ConnectTimeout|Read timed out|Name or service not known|"
    r"getaddrinfo failed|Temporary failure in name resolution|ConnectionReset": (
        "the internet was not reached"
    ),
    r"No matching distribution found for (\S+)": r"no package \1 fits this machine",
    r"Permission denied|Access is denied": "a file may not be written",
}


class Refused(Exception):
    """It cannot go on; the text is one sentence with the remedy."""


class Place:
    """Where things are in the repository at ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.venv = root / ".venv"
        self.python = self.venv / ("Scripts/python.exe" if WINDOWS else "bin/python")
        self.marker = self.venv / "lora-studio.json"  # written last: .venv is complete
        self.lock = root / ".launch.lock"
        self.log = root / ".launch.log"
        self.pyproject = root / "pyproject.toml"
        self.constraints = root / "packaging" / "constraints.txt"


def main(words: list[str], place: Place) -> int:
    word = words[0] if words else ""
    try:
        check_python(sys.version_info)
        prepare(place, dev=word == "test")
        if word in ("", "app", "test"):
            check_libraries(window=word != "test")
    except Refused as refused:
        say(str(refused))
        return 2
    except KeyboardInterrupt:
        say("Stopped; the same command goes on from here.")
        return 130
    return hand_over(*command(place, words))


def check_python(version: Sequence[Any]) -> None:
    """Refuses Pythons that the packages do not support."""
    if not OLDEST <= tuple(version[:2]) <= NEWEST:
        raise Refused(
            "LoRA Studio needs Python {}.{} to {}.{}, and this is {}.{}; install one of these and "
            "run this file with it.".format(*OLDEST, *NEWEST, *version[:2])
        )


def command(place: Place, words: list[str]) -> tuple[list[str], dict[str, str]]:
    """The program to run for ``words`` and the environment that it gets on top of ours."""
    python = str(place.python)
    if words and words[0] == "test":
        # Several at once, each on one core: half the time, also because small models gain nothing
        # from more. Files stay together, since what they set up is shared.
        at_once = ["-n", "logical", "--maxprocesses", "4", "--dist", "loadfile"]
        return [python, "-m", "pytest", "-m", "not slow", *at_once, *words[1:]], {
            "QT_QPA_PLATFORM": "offscreen",
            "OMP_NUM_THREADS": "1",
        }
    return [python, "-m", *(["studio", *words] if words else ["ui"])], {}


def hand_over(argv: list[str], environment: dict[str, str]) -> int:
    """Replaces this program by another one (on Windows: runs it and waits)."""
    sys.stdout.flush()
    sys.stderr.flush()
    environment = {**os.environ, **environment}
    if not WINDOWS:
        os.execve(argv[0], argv, environment)
    child = subprocess.Popen(argv, env=environment)
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue  # the program gets Ctrl-C as well, saves, and ends when it has


# --- the virtual environment ------------------------------------------------------------------


def prepare(place: Place, dev: bool) -> None:
    """Makes ``.venv`` complete for running, and for developing where ``dev``; quick if it is."""
    if is_ready(place, dev):
        return
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        with locked(place) as lock:
            if is_ready(place, dev):  # another launcher was faster
                return
            dev = dev or read_marker(place).get("dev", False)
            started = time.monotonic()
            say("Setting up LoRA Studio in .venv; this happens once and takes some minutes.")
            make_venv(place)
            repair(place)
            install(place, dev, lock)
            write_marker(place, dev)
            say(f"Set up in {clock(time.monotonic() - started)}.")
    except OSError as error:
        raise Refused(
            f"Setting up in {place.root} failed ({error}); make room or take a folder that you "
            "may write to, and run the same command again."
        ) from error


def _interrupt(_signal: int, _frame: Any) -> None:
    raise KeyboardInterrupt


def fingerprint(place: Place) -> str:
    """Changes when an installation made before no longer fits.

    It covers what is to be installed, the Python (a system upgrade may replace it), and the folder
    (an editable installation points to it).
    """
    digest = hashlib.sha256()
    for part in (
        place.pyproject.read_bytes(),
        place.constraints.read_bytes(),
        interpreter(place).encode(),
        str(place.root).encode(),
    ):
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()


def interpreter(place: Place) -> str:
    """The Python behind ``.venv``; "" when there is none or it is gone."""
    try:
        config = (place.venv / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return ""
    home = re.search(r"^home *= *(.+)$", config, re.MULTILINE)
    version = re.search(r"^version *= *(\d+\.\d+)", config, re.MULTILINE)
    if not (home and version and place.python.exists() and os.path.isdir(home.group(1).strip())):
        return ""
    return f"{version.group(1)} {os.path.realpath(place.python)}"


def read_marker(place: Place) -> dict[str, Any]:
    """What the last complete installation left; {} after an interrupted one."""
    try:
        marker = json.loads(place.marker.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return marker if isinstance(marker, dict) else {}


def write_marker(place: Place, dev: bool) -> None:
    marker = {"fingerprint": fingerprint(place), "interpreter": interpreter(place), "dev": dev}
    draft = place.marker.with_suffix(".new")
    draft.write_text(json.dumps(marker), encoding="utf-8")
    os.replace(draft, place.marker)


def is_ready(place: Place, dev: bool) -> bool:
    marker = read_marker(place)
    return (
        bool(marker)
        and marker.get("fingerprint") == fingerprint(place)
        and interpreter(place) != ""
        and (not dev or marker.get("dev") is True)
    )


def make_venv(place: Place) -> None:
    """Makes ``.venv`` unless the one there works with the Python that it was made with."""
    before = read_marker(place)
    with contextlib.suppress(FileNotFoundError):
        place.marker.unlink()  # from here on the installation counts as interrupted
    same_python = before.get("interpreter") in (None, interpreter(place))
    if interpreter(place) and same_python and has_pip(place):
        return
    if os.path.realpath(sys.prefix) == os.path.realpath(place.venv):
        raise Refused(
            "The folder .venv is broken and this Python runs from it; run this file with the "
            "system's Python."
        )
    if importlib.util.find_spec("ensurepip") is None:
        package = "python{}.{}-venv".format(*sys.version_info[:2])
        if not apt_install([package]):
            raise Refused(
                "This Python cannot make virtual environments; install its package for that (on "
                f"Debian and Ubuntu: sudo apt-get install {package})."
            )
    import venv

    try:
        venv.EnvBuilder(clear=True, with_pip=True, symlinks=not WINDOWS).create(place.venv)
    except subprocess.CalledProcessError as error:
        raise Refused(
            f"The folder .venv could not be made ({error}); delete it and run this again."
        ) from error


def has_pip(place: Place) -> bool:
    with contextlib.suppress(OSError):
        argv = [str(place.python), "-m", "pip", "--version"]
        return subprocess.run(argv, capture_output=True, check=False).returncode == 0
    return False


def repair(place: Place) -> None:
    """Forgets packages that an interrupted pip left half-copied, so that pip copies them again.

    pip writes INSTALLER after all of a package's files, and names what it removes ``~...``.
    """
    for packages in place.venv.glob("Lib/site-packages" if WINDOWS else "lib/*/site-packages"):
        half = [info for info in packages.glob("*.dist-info") if not (info / "INSTALLER").exists()]
        for path in [*half, *packages.glob("~*")]:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


@contextlib.contextmanager
def locked(place: Place) -> Iterator[IO[bytes]]:
    """Lets one launcher at a time through; the system frees the lock of one that dies."""
    with open(place.lock, "a+b") as lock:
        if not try_lock(lock):
            say("Another set-up of this folder is running; waiting for it.")
            while not try_lock(lock):
                time.sleep(0.3)
        yield lock


def try_lock(lock: IO[bytes]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            lock.seek(0)
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


# --- pip --------------------------------------------------------------------------------------


def pinned(place: Place) -> dict[str, dict[str, str]]:
    """The packages in constraints.txt by heading: {"program": {"numpy": "2.4.6", ...}, ...}."""
    parts: dict[str, dict[str, str]] = {}
    current: dict[str, str] = {}
    for line in place.constraints.read_text(encoding="utf-8").splitlines():
        heading = re.match(r"# == (.+)", line)
        if heading:
            current = parts.setdefault(heading.group(1), {})
        elif re.match(r"[A-Za-z0-9]", line):
            name, _, version = line.partition("==")
            current[canonical(name)] = version.strip()
    return parts


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def install(place: Place, dev: bool, lock: IO[bytes]) -> None:
    """Installs pip, torch, then everything else with LoRA Studio itself (editable)."""
    parts = pinned(place)
    expected = {**parts["program"], **(parts["development"] if dev else {})}
    progress = Progress(set(expected), sys.stderr)
    pinned_by = ["-c", str(place.constraints)]
    steps = [
        [f"pip=={expected['pip']}"],
        # torch first, so that no other package chooses another one; setuptools builds the last.
        [*pinned_by, f"torch=={expected['torch']}", f"setuptools=={expected['setuptools']}"],
        [*pinned_by, "--no-build-isolation", "-e", ".[dev]" if dev else "."],
    ]
    with open(place.log, "w", encoding="utf-8") as log:
        for step in steps:
            raw = [] if step is steps[0] else ["--progress-bar", "raw"]
            code = run_pip(place, [*raw, *step], progress, log, lock)
            if code:
                progress.close()
                raise Refused(failure(place.log))
    progress.close()


def run_pip(
    place: Place, arguments: list[str], progress: Progress, log: IO[str], lock: IO[bytes]
) -> int:
    """Runs ``pip install``, shows its lines as progress and keeps them in ``log``."""
    argv = [str(place.python), "-m", "pip", "install", "--no-input", *arguments]
    options: dict[str, Any] = (
        {} if WINDOWS else {"pass_fds": [lock.fileno()]}
    )  # held while an orphaned pip works
    child = subprocess.Popen(
        argv,
        cwd=str(place.root),
        env={**os.environ, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        **options,
    )
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=_pump, args=(child.stdout, lines), daemon=True).start()
    try:
        while True:
            try:
                line = lines.get(timeout=0.5)
            except queue.Empty:
                progress.show()
                continue
            if line is None:
                return child.wait()
            progress.take(line)
            if not line.startswith("Progress "):
                log.write(line)
                log.flush()
    except BaseException:
        progress.close()
        child.terminate()
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
        raise


def _pump(stream: IO[str], lines: queue.Queue[str | None]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(None)


def failure(log: Path) -> str:
    """One sentence about the installation that ``log`` tells of."""
    text = log.read_text(encoding="utf-8", errors="replace")
    reason = "pip failed"
    for pattern, words in REASONS.items():
        match = re.search(pattern, text)
        if match:
            reason = match.expand(words)
            break
    return (
        f"Installing did not finish: {reason}; the details are in {log}, and the same command "
        "goes on from here."
    )


class Progress:
    """Turns pip's lines into: which package, n of m, megabytes, time."""

    def __init__(self, expected: set[str], stream: IO[str]) -> None:
        self.expected = expected
        self.stream = stream
        self.live = stream.isatty()
        self.started = time.monotonic()
        self.seen: set[str] = set()
        self.shown = self.started
        self.what = "starting"
        self.detail = ""
        self.width = 0

    def take(self, line: str) -> None:
        """Notes one line of pip's output."""
        name = package_of(line)
        bytes_done = re.match(r"Progress (\d+) of (\d+)", line)
        if bytes_done:
            done, total = (int(number) / 1e6 for number in bytes_done.groups())
            self.detail = f" {done:.0f} of {total:.0f} MB" if total >= 1 else ""
        elif line.startswith("Installing collected packages:"):
            names = line.partition(":")[2].split(",")
            self.what = "unpacking " + (
                names[0].strip() if len(names) == 1 else f"{len(names)} packages"
            )
            self.detail = ""
            self.show(news=True)
        elif name and name not in self.seen:
            self.seen.add(name)
            self.what, self.detail = name, ""
            self.show(news=True)

    def show(self, news: bool = False) -> None:
        """Draws the line anew on a terminal; elsewhere adds one on news and every 15 seconds."""
        if not (self.live or news or time.monotonic() - self.shown > 15):
            return
        self.shown = time.monotonic()
        text = (
            f"[{len(self.seen & self.expected):3d} of {len(self.expected)}] "
            f"{clock(time.monotonic() - self.started)}  {self.what}{self.detail}"
        )
        if self.live:
            self.stream.write("\r" + text.ljust(self.width))
            self.width = len(text)
        else:
            self.stream.write(text + "\n")
        self.stream.flush()

    def close(self) -> None:
        if self.live and self.width:
            self.stream.write("\n")
            self.width = 0


def package_of(line: str) -> str:
    """The package that a line of pip's output is about, or ""."""
    match = re.match(r"\s*(?:Collecting|Requirement already satisfied:) ([A-Za-z0-9._-]+)", line)
    if not match:
        match = re.match(r"\s*Processing \S*?([A-Za-z0-9._]+)-[^-/\\\s]+-\S+\.whl", line)
    return canonical(match.group(1)) if match else ""


def clock(seconds: float) -> str:
    return "{}:{:02d}".format(*divmod(int(seconds), 60))


def say(sentence: str) -> None:
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


# --- libraries of the system ------------------------------------------------------------------


def check_libraries(window: bool) -> None:
    """Names the libraries that Qt lacks; as root on Debian, installs them instead."""
    if not sys.platform.startswith("linux"):
        return
    wanted = {**QT_LIBRARIES, **(QT_WINDOW_LIBRARIES if window else {})}
    missing = missing_libraries(wanted)
    if missing and apt_install(sorted({wanted[name] for name in missing})):
        missing = missing_libraries(wanted)
    if not missing:
        return
    sentence = missing_sentence(missing, wanted)
    if set(missing) & set(QT_LIBRARIES):
        raise Refused(sentence)
    say(sentence)  # a Wayland desktop does without the rest


def missing_libraries(names: Iterable[str], load: Callable[[str], Any] = ctypes.CDLL) -> list[str]:
    missing = []
    for name in names:
        try:
            load(name)
        except OSError:
            missing.append(name)
    return missing


def missing_sentence(missing: list[str], packages: dict[str, str]) -> str:
    return (
        "Qt lacks libraries of the system: {}; install them (on Debian and Ubuntu: sudo apt-get "
        "install {})."
    ).format(", ".join(missing), " ".join(sorted({packages[name] for name in missing})))


def apt_install(packages: list[str]) -> bool:
    """Whether apt-get installed ``packages``; only tried as root where there is apt-get."""
    if WINDOWS or os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    say("Installing with apt-get: {}.".format(" ".join(packages)))
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install_packages = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    # Old or absent package lists are the usual reason of a first failure.
    with tempfile.TemporaryFile() as output:
        for argv in (install_packages, ["apt-get", "update"], install_packages):
            code = subprocess.run(
                argv,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                check=False,
            ).returncode
            if argv is install_packages and code == 0:
                importlib.invalidate_caches()
                return True
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Place(Path(__file__).resolve().parent.parent)))
