"""Base models from the Hugging Face hub, kept in the cache that all its programs share.

Only `download` asks the network, and nothing that it gets is run. A download is complete or absent:
what an interrupted one left is gone on with. The cache's layout (blobs, snapshots, refs), addresses
and answers are those of `huggingface_hub.file_download`; its own download neither resumes nor works
while ``HF_HUB_OFFLINE`` keeps the other libraries from the network (`studio.quiet`).
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from studio.errors import StudioError
from studio.files import write_atomically
from studio.models.hub_files import INDEX, WEIGHTS, RemoteFile, needed
from studio.models.weight_files import find_weights

ID = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*", re.ASCII)
"""What a hub id looks like: owner/name."""


def local_copy(repo: str) -> Path | None:
    """The diffusers folder of the hub id ``repo`` if it was downloaded; never asks anyone."""
    from huggingface_hub import try_to_load_from_cache

    found = try_to_load_from_cache(repo, INDEX)
    if not isinstance(found, str):
        return None
    folder = Path(found).parent
    parts = [part for part in WEIGHTS if part != "text_encoder_2" or (folder / part).is_dir()]
    try:
        return folder if all(find_weights(folder / part) for part in parts) else None
    except StudioError:  # another program left it with a part of its shards
        return None


def download(repo: str, mirror: str = "") -> Generator[tuple[int, int], None, Path]:
    """Gets what a diffusers pipeline needs of the hub id ``repo``; yields (bytes done, total).

    Returns the folder, which `local_copy` finds from then on. What came is kept when the download
    fails or is given up, and the next one goes on from there. ``mirror`` is the address of another
    server with the same contents, which gets no access token. Raises ``hub.bad_id``,
    ``hub.offline``, ``hub.not_found``, ``hub.gated``, ``hub.no_pipeline``, ``hub.no_space``,
    ``hub.busy``, ``hub.damaged`` or ``hub.failed``.
    """
    from huggingface_hub import constants, get_token
    from huggingface_hub.file_download import repo_folder_name

    from studio.models.hub_transfer import Transfer

    if not ID.fullmatch(repo):
        raise StudioError("hub.bad_id", model=repo)
    if mirror and "://" not in mirror:
        mirror = f"https://{mirror}"
    address = mirror.rstrip("/") or constants.ENDPOINT
    cache, name = Path(constants.HF_HUB_CACHE), repo_folder_name(repo_id=repo, repo_type="model")
    transfer = Transfer(repo, address, None if mirror else get_token(), cache / ".locks" / name)
    with _disk_told(repo, cache), transfer:
        commit, files = _listing(repo, address, transfer.json(f"api/models/{repo}?blobs=true"))
        snapshot, blobs = cache / name / "snapshots" / commit, cache / name / "blobs"
        absent = [file for file in files if not _is_there(snapshot / file.name, file.size)]
        _require_space(repo, cache, blobs, absent)
        total = sum(file.size for file in files)
        done = total - sum(file.size for file in absent)
        yield done, total
        for file in absent:
            path = f"{repo}/resolve/{commit}/{file.name}"
            for came in transfer.get(path, file, blobs / file.digest):
                yield done + came, total
            _place(blobs / file.digest, snapshot / file.name)
            done += file.size
            yield done, total
        write_atomically(cache / name / "refs" / "main", commit.encode())
        return snapshot


def _listing(repo: str, address: str, info: Any) -> tuple[str, list[RemoteFile]]:
    """The newest commit, and those of its files that are needed, as the hub describes them."""
    try:
        commit = str(info["sha"])
        if not re.fullmatch("[0-9a-f]{40}", commit):
            raise ValueError(commit)
        siblings = {str(entry["rfilename"]): entry for entry in info["siblings"]}
        wanted = sorted(needed(siblings))
        files = [RemoteFile.described(siblings[name]) for name in wanted]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        reason = "its answer is not the hub's"
        raise StudioError("hub.failed", model=repo, address=address, reason=reason) from error
    if not files:
        raise StudioError("hub.no_pipeline", model=repo)
    return commit, files


def _is_there(path: Path, size: int) -> bool:
    return path.exists() and path.stat().st_size == size


def _require_space(repo: str, cache: Path, blobs: Path, files: Iterable[RemoteFile]) -> None:
    """Refuses to begin what cannot be finished."""
    missing = 0
    for file in files:
        partial = blobs / f"{file.digest}.incomplete"
        missing += file.size - (partial.stat().st_size if partial.exists() else 0)
    cache.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(cache).free < missing:
        raise StudioError("hub.no_space", model=repo, path=str(cache))


@contextmanager
def _disk_told(repo: str, cache: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StudioError("hub.no_space", model=repo, path=str(cache)) from error
        reason = error.strerror or str(error)
        raise StudioError("disk.unwritable", path=str(cache), reason=reason) from error


def _place(blob: Path, path: Path) -> None:
    """Makes ``path`` show ``blob``; where there are no links (Windows), the file moves there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    try:
        path.symlink_to(os.path.relpath(blob, path.parent))
    except OSError:
        blob.replace(path)
