"""A small Hugging Face hub on this machine: repositories to download from, with their troubles."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

COMMIT = "0123456789abcdef" * 2 + "01234567"


@dataclass
class FakeHub:
    """What the server has, does, and was asked.

    ``files`` are those of the repository ``repo``. A transfer of a file breaks off after each of
    its ``breaks`` (bytes), once each. ``error`` is a status and the hub's word for it.
    """

    repo: str
    files: dict[str, bytes]
    address: str = ""
    breaks: dict[str, list[int]] = field(default_factory=dict)
    error: tuple[int, str] | None = None
    file_errors: list[int] = field(default_factory=list)
    no_ranges: bool = False
    elsewhere: bool = False  # files are given by another host, as the hub's own network does
    description: Any = None
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def described(self) -> Any:
        """The answer to /api/models/<repo>?blobs=true; large files are stored in LFS."""
        siblings = []
        for name, content in self.files.items():
            entry = {"rfilename": name, "size": len(content), "blobId": git_digest(content)}
            if name.endswith((".safetensors", ".bin", ".ckpt")):
                sha256 = hashlib.sha256(content).hexdigest()
                entry["lfs"] = {"sha256": sha256, "size": len(content), "pointerSize": 134}
            siblings.append(entry)
        return {"_id": "1", "id": self.repo, "sha": COMMIT, "siblings": siblings}

    def ranges(self, name: str) -> list[str]:
        """The ranges that were asked of a file, "" for all of it."""
        return [headers.get("Range", "") for path, headers in self.asked if path.endswith(name)]


def git_digest(content: bytes) -> str:
    """The name git gives to ``content``."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@contextmanager
def serving(hub: FakeHub) -> Iterator[FakeHub]:
    """Serves ``hub`` at its ``address``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer takes 40 ms

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            hub.asked.append((path, dict(self.headers.items())))
            if hub.error:
                self._refuse(*hub.error)
            elif path == f"/api/models/{hub.repo}":
                self._send(json.dumps(hub.description or hub.described()).encode())
            elif path.startswith(f"/{hub.repo}/resolve/{COMMIT}/"):
                self._file(path.partition(f"{COMMIT}/")[2])
            elif path.startswith("/elsewhere/"):
                self._content(path.removeprefix("/elsewhere/"))
            else:
                self._refuse(404, "RepoNotFound")

        def _file(self, name: str) -> None:
            if hub.file_errors:
                self._refuse(hub.file_errors.pop(0), "")
            elif hub.elsewhere:
                self.send_response(302)
                other = hub.address.replace("127.0.0.1", "localhost")
                self.send_header("Location", f"{other}/elsewhere/{name}")
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._content(name)

        def _content(self, name: str) -> None:
            content = hub.files[name]
            asked = self.headers.get("Range", "")
            start = int(asked.removeprefix("bytes=").removesuffix("-")) if asked else 0
            if hub.no_ranges:
                start = 0
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            breaks = hub.breaks.get(name, [])
            if breaks:
                self.wfile.write(content[start : breaks.pop(0)])
                self.close_connection = True
            else:
                self.wfile.write(content[start:])

        def _refuse(self, status: int, code: str) -> None:
            self.send_response(status)
            self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _send(self, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
