"""Captions: the text files beside images, and how a caption is put together for one training step.

`compose` and `draw` take a `random.Random`, so that the caller decides what they derive from.
"""

from __future__ import annotations

import codecs
import os
import random
import re
import stat
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from studio.errors import StudioError
from studio.files import writing

ENDINGS = ((".txt", ".TXT"), (".caption", ".CAPTION"))
"""Endings of caption files, the preferred kind first."""

_ENCODINGS = (  # in the order they are tried, with the mark that they need
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (b"", "utf-8"),
    (b"", "gb18030"),
)
_NEWLINE = re.compile(r"\r\n|\r|\n")
_UNWRITABLE = re.compile("[\0\ud800-\udfff\ufeff]")  # NUL, halves of characters, byte order marks


@dataclass(frozen=True, slots=True)
class TextFormat:
    """How a caption file is written, so that an edit keeps it; the default is for new files.

    ``mark`` is its byte order mark, ``before`` and ``after`` are the whitespace around the text.
    """

    encoding: str = "utf-8"
    mark: bytes = b""
    newline: str = "\n"
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class CaptionFile:
    """What lies beside an image: ``captions`` may be empty, ``ignored`` is a second file."""

    path: Path | None = None
    captions: tuple[str, ...] = ()
    encoding: str = ""
    ignored: Path | None = None


def read_captions(image_path: Path) -> list[str]:
    """The captions of an image, [] if it has none; raises ``caption.undecodable``."""
    return list(read_caption_file(image_path).captions)


def read_caption_file(image_path: Path) -> CaptionFile:
    """The captions beside ``image_path``, one a line, from NAME.txt or else NAME.caption.

    Raises ``caption.undecodable`` if the file cannot be read as text.
    """
    paths = [path for kind in ENDINGS if (path := _existing(image_path, kind))]
    if not paths:
        return CaptionFile()
    text, format = decode_text(_read(paths[0]), paths[0])
    captions = tuple(stripped for line in text.split("\n") if (stripped := line.strip()))
    return CaptionFile(paths[0], captions, format.encoding, paths[1] if len(paths) > 1 else None)


def _existing(image_path: Path, endings: Sequence[str]) -> Path | None:
    candidates = (image_path.with_suffix(ending) for ending in endings)
    return next((path for path in candidates if path.is_file()), None)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise StudioError("caption.undecodable", path=str(path), reason=reason) from error


def decode_text(data: bytes, path: Path | str = "") -> tuple[str, TextFormat]:
    """The text of a caption file that holds ``data``: stripped, newlines as ``\\n``.

    It is UTF-16 by its mark, else UTF-8, else gb18030. Raises ``caption.undecodable``, naming
    ``path``.
    """
    for mark, encoding in _ENCODINGS:
        if not data.startswith(mark):
            continue
        try:
            whole = data[len(mark) :].decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in whole:  # a binary file, or UTF-16 without its mark
            return _split_format(whole, encoding, mark)
    reason = "neither UTF-8 nor gb18030 text"
    raise StudioError("caption.undecodable", path=str(path), reason=reason)


def _split_format(whole: str, encoding: str, mark: bytes) -> tuple[str, TextFormat]:
    rest = whole.lstrip()
    before = whole[: len(whole) - len(rest)] if rest else ""
    text = rest.rstrip()
    after = whole[len(before) + len(text) :]
    newline = _NEWLINE.search(text) or _NEWLINE.search(before + after)
    format = TextFormat(encoding, mark, newline[0] if newline else "\n", before, after)
    return _NEWLINE.sub("\n", text), format


def encode_text(text: str, format: TextFormat) -> bytes:
    """The bytes of a caption file with ``text``, as `clean` leaves it, written as ``format`` says.

    Text that is gb18030 and happens to be valid UTF-8 too would be read as other words, so that
    it is written as UTF-8.
    """
    whole = format.before + text.replace("\n", format.newline) + format.after
    data = format.mark + whole.encode(format.encoding)
    if format.encoding == "gb18030" and decode_text(data)[0] != text:
        return whole.encode()
    return data


def clean(text: str) -> str:
    """``text`` as a caption file can hold it: stripped, newlines as ``\\n``, no NUL, no marks."""
    return _UNWRITABLE.sub("", _NEWLINE.sub("\n", text)).strip()


def split_tags(text: str) -> tuple[str, ...]:
    """The tags of a caption: what stands between commas, stripped; empty ones are dropped."""
    return tuple(stripped for tag in text.split(",") if (stripped := tag.strip()))


def join_tags(tags: Iterable[str]) -> str:
    """The caption with ``tags``."""
    return ", ".join(tags)


def save_caption(
    path: Path, after: bytes | None, expected: bytes | None, flush: bool = False
) -> None:
    """Makes the caption file hold ``after`` (None: removes it), if it still holds ``expected``.

    ``flush`` makes it outlast a power cut, which takes up to 10 ms on a hard disk.
    A link is written through to its target. Raises ``caption.changed_outside``, ``disk.full`` and
    ``disk.unwritable``.
    """
    with writing(path):
        target = Path(os.path.realpath(path)) if path.is_symlink() else path
        held, mode = _held(target)
        if held != expected:
            raise StudioError("caption.changed_outside", path=str(path))
        if after is None:
            target.unlink(missing_ok=True)
        elif after != held:
            _replace(target, after, mode, flush)


def _held(path: Path) -> tuple[bytes | None, int | None]:
    """What the file holds and its permission bits; None if there is none."""
    try:
        with open(path, "rb", buffering=0) as file:
            return file.readall(), stat.S_IMODE(os.fstat(file.fileno()).st_mode)
    except FileNotFoundError:
        return None, None


def _replace(path: Path, data: bytes, mode: int | None, flush: bool) -> None:
    """Writes a neighbour and renames it: the old caption or the new one, never half of one."""
    temporary = path.with_name(f".lora-studio-{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        with open(temporary, "wb") as file:  # buffered: it writes on where a full disk took a part
            file.write(data)
            if flush:
                file.flush()
                os.fsync(file.fileno())
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def draw(captions: Sequence[str], rng: random.Random) -> str:
    """One of an image's captions; "" if it has none."""
    return rng.choice(captions) if captions else ""


def compose(
    caption: str, *, trigger: str, keep_tokens: int, shuffle_tags: bool, rng: random.Random
) -> str:
    """The caption as training reads it: the trigger word in front if missing, then tags shuffled.

    The first ``keep_tokens`` tags stay in place, and so does a trigger word put in front.
    """
    trigger = trigger.strip()
    missing = bool(trigger) and not has_word(caption, trigger)
    if missing:
        caption = f"{trigger}, {caption}" if caption else trigger
    if not shuffle_tags:
        return caption
    tags = split_tags(caption)
    kept = max(keep_tokens, int(missing))
    moved = list(tags[kept:])
    rng.shuffle(moved)
    return join_tags((*tags[:kept], *moved))


def has_word(caption: str, word: str) -> bool:
    """Whether ``caption`` has ``word`` as a whole word, in whatever case.

    CLIP reads lower case only. Words that are not ASCII (我的画风) may have neighbours, since
    Chinese and Japanese write no spaces.
    """
    return _word_pattern(word).search(caption) is not None


@cache
def _word_pattern(word: str) -> re.Pattern[str]:
    pattern = re.escape(word)
    if word.isascii():
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return re.compile(pattern, re.IGNORECASE)
