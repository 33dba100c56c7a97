"""The header of a model file of either format, told apart by the file's first bytes."""

from __future__ import annotations

from pathlib import Path

from studio.errors import StudioError
from studio.models.pickle_header import read_pickle_header
from studio.models.safetensors_header import Header, read_header

# What artists find under the name of a model, by how it begins.
_OTHERS = {
    b"version https://git-lfs": "a placeholder of Git LFS, not the model itself",
    b"GGUF": "a GGUF file",
    b"<": "a web page that was saved instead of the model",
    b"{": "a text file",
}


def read_model_header(path: Path) -> Header:
    """The tensors of a safetensors file or of a checkpoint that torch.save wrote.

    Raises ``safetensors.unreadable``, ``model.unknown_format``, and what `read_header` and
    `read_pickle_header` raise.
    """
    try:
        with path.open("rb") as file:
            start = file.read(32)
    except OSError as error:
        reason = error.strerror or str(error)
        raise StudioError("safetensors.unreadable", path=str(path), reason=reason) from error
    if start[8:9] == b"{":
        return read_header(path)
    if start.startswith((b"PK", b"\x80")):
        return read_pickle_header(path)
    raise StudioError("model.unknown_format", path=str(path), reason=_kind(start))


def _kind(start: bytes) -> str:
    if not start:
        return "it is empty"
    known = (kind for begin, kind in _OTHERS.items() if start.lstrip().startswith(begin))
    return f"it is {next(known, 'of another kind')}"
