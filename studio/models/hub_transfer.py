"""Files over HTTP from the hub or a mirror of it, each going on where it was interrupted."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx2  # the client of huggingface_hub
from filelock import FileLock, Timeout

from studio.errors import StudioError
from studio.models.hub_files import RemoteFile

_STEP = 1 << 20  # bytes between two that are told
_SILENCE = 20.0  # seconds without a byte
_TRIES = 5  # in a row without a byte
_PAUSE = 2.0  # seconds between them
_TRANSIENT = (408, 429, 500, 502, 503, 504)


class _Transient(Exception):
    """The server answers that it cannot answer now."""


_LATER = (httpx2.TransportError, _Transient)
"""What may be gone when asked again."""


class Transfer:
    """A connection to ``address`` for the repository ``repo``; a context manager.

    ``token`` is what the user logged in with, or None. ``locks`` is a folder that keeps two
    programs from writing one file.
    """

    def __init__(self, repo: str, address: str, token: str | None, locks: Path) -> None:
        self._repo = repo
        self._address = address
        self._locks = locks
        self._headers = {"User-Agent": "lora-studio", "Accept-Encoding": "identity"}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"  # not passed on to other hosts

    def __enter__(self) -> Transfer:
        self._client = httpx2.Client(
            headers=self._headers,
            follow_redirects=True,
            timeout=_SILENCE,
            verify=_certificates(),
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def json(self, path: str) -> Any:
        """What the server answers to ``path``."""
        try:
            with self._told():
                response = self._client.get(f"{self._address}/{path}")
                self._require_success(response)
        except _LATER as error:
            raise self._offline(_reason(error)) from error
        try:
            return response.json()
        except ValueError as error:
            raise self._failed("its answer is not the hub's") from error

    def get(self, path: str, file: RemoteFile, target: Path) -> Iterator[int]:
        """Brings ``file`` to ``target``, which is whole or absent; yields how many bytes are there.

        What has come lies beside it meanwhile, and stays there when this fails or is given up.
        """
        if target.exists():
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f"{target.name}.incomplete")
        with self._alone(file.digest):
            partial.touch()
            tries = 0
            while (size := partial.stat().st_size) < file.size:
                yield size
                reason = "the connection ends too early"
                try:
                    with self._told():
                        yield from self._stream(path, partial, file.size)
                except _LATER as error:
                    reason = _reason(error)
                tries = 0 if partial.stat().st_size > size else tries + 1
                if tries == _TRIES:
                    raise self._offline(reason)
                if tries:
                    time.sleep(_PAUSE)
            if not file.is_whole(partial):
                partial.unlink()
                raise StudioError("hub.damaged", model=self._repo, file=file.name)
            partial.replace(target)

    def _stream(self, path: str, partial: Path, size: int) -> Iterator[int]:
        """Appends what is missing; a server that cannot go on in the middle sends all anew."""
        there = partial.stat().st_size
        range_ = {"Range": f"bytes={there}-"} if there else {}
        with self._client.stream("GET", f"{self._address}/{path}", headers=range_) as response:
            self._require_success(response)
            with partial.open("ab" if response.status_code == 206 else "wb") as out:
                told = 0
                for chunk in response.iter_bytes():
                    out.write(chunk)
                    if out.tell() > size:  # never ending, or not what was described
                        return
                    if out.tell() - told >= _STEP:
                        told = out.tell()
                        yield told

    def _require_success(self, response: httpx2.Response) -> None:
        if response.is_success:
            return
        if response.status_code in _TRANSIENT:
            raise _Transient(f"it answers with error {response.status_code}")
        if response.headers.get("X-Error-Code") == "GatedRepo":
            raise StudioError("hub.gated", model=self._repo, address=self._address)
        if response.status_code in (401, 403, 404):
            raise StudioError("hub.not_found", model=self._repo, address=self._address)
        raise self._failed(f"error {response.status_code}")

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except _LATER:
            raise
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise self._failed(_reason(error)) from error

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        self._locks.mkdir(parents=True, exist_ok=True)
        with ExitStack() as stack:
            try:
                stack.enter_context(FileLock(self._locks / f"{name}.lock", timeout=0))
            except Timeout as error:
                raise StudioError("hub.busy", model=self._repo) from error
            yield

    def _offline(self, reason: str) -> StudioError:
        return StudioError("hub.offline", address=self._address, reason=reason)

    def _failed(self, reason: str) -> StudioError:
        return StudioError("hub.failed", model=self._repo, address=self._address, reason=reason)


@lru_cache(maxsize=1)  # 0.2 s
def _certificates() -> ssl.SSLContext:
    return httpx2.create_ssl_context()


def _reason(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
