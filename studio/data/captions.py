"""Captions: the text files beside images, and how a caption is put together for one training step.

`compose` and `draw` take a `random.Random`, so that the caller decides what they derive from.
"""

from __future__ import annotations

import codecs
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.errors import StudioError

ENDINGS = ((".txt", ".TXT"), (".caption", ".CAPTION"))
"""Endings of caption files, the preferred kind first."""

_UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


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
    text, encoding = _decode(paths[0])
    lines = re.split(r"\r\n|\r|\n", text)
    captions = tuple(stripped for line in lines if (stripped := line.strip()))
    return CaptionFile(paths[0], captions, encoding, paths[1] if len(paths) > 1 else None)


def _existing(image_path: Path, endings: Sequence[str]) -> Path | None:
    candidates = (image_path.with_suffix(ending) for ending in endings)
    return next((path for path in candidates if path.is_file()), None)


def _decode(path: Path) -> tuple[str, str]:
    """The text of a caption file and its encoding: utf-8, else UTF-16 by its mark, else gb18030."""
    try:
        data = path.read_bytes()
        encodings = ("utf-16",) if data.startswith(_UTF16_MARKS) else ("utf-8-sig", "gb18030")
    except OSError as error:
        reason = error.strerror or str(error)
        raise StudioError("caption.undecodable", path=str(path), reason=reason) from error
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:  # a binary file, or UTF-16 without its mark
            return text, encoding
    reason = "neither UTF-8 nor gb18030 text"
    raise StudioError("caption.undecodable", path=str(path), reason=reason)


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
    tags = [stripped for tag in caption.split(",") if (stripped := tag.strip())]
    kept = max(keep_tokens, int(missing))
    moved = tags[kept:]
    rng.shuffle(moved)
    return ", ".join(tags[:kept] + moved)


def has_word(caption: str, word: str) -> bool:
    """Whether ``caption`` has ``word`` as a whole word, in whatever case.

    CLIP reads lower case only. Words that are not ASCII (我的画风) may have neighbours, since
    Chinese and Japanese write no spaces.
    """
    pattern = re.escape(word)
    if word.isascii():
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return re.search(pattern, caption, re.IGNORECASE) is not None
