"""One window per user: a second start hands its project to the first and ends."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path

from platformdirs import user_config_path
from PySide6.QtCore import QLockFile, QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from studio.errors import StudioError
from studio.files import writing
from ui.preferences import NAME

PATIENCE = 5.0  # seconds that a second start tries to reach the first, which may just be starting


class Instance(QObject):
    """Whether this process is the first; if so, later starts arrive as ``asked``."""

    asked = Signal(object)
    """A later start: the folder (Path) of the project that it is to open, or None."""

    def __init__(self) -> None:
        super().__init__()
        folder = user_config_path(NAME, appauthor=False)
        digest = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
        self._name = f"lora-studio-{digest}"
        self._server: QLocalServer | None = None
        with writing(folder):
            folder.mkdir(parents=True, exist_ok=True)
        # The lock decides who is first, since the system frees that of a process that died.
        self._lock = QLockFile(str(folder / "running.lock"))
        self._lock.setStaleLockTime(0)
        self.is_first = self._lock.tryLock(0)

    def listen(self) -> None:
        """Takes later starts from now on; needs a QApplication."""
        QLocalServer.removeServer(self._name)  # a crash leaves its socket behind
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._take)
        if not self._server.listen(self._name):
            raise RuntimeError(f"{self._name}: {self._server.errorString()}")

    def close(self) -> None:
        """Takes no more starts."""
        if self._server:
            self._server.close()
        self._lock.unlock()

    def hand_over(self, project: Path | None) -> None:
        """Asks the first instance to come to the front and to open ``project``.

        StudioError ``app.not_answering`` if it does not take it in `PATIENCE` seconds.
        """
        words = f"{project.resolve() if project else ''}\n".encode()
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            socket = QLocalSocket()
            socket.connectToServer(self._name)
            if socket.waitForConnected(500):
                socket.write(words)
                if socket.waitForBytesWritten(500) and socket.waitForReadyRead(2000):
                    return
            time.sleep(0.05)
        raise StudioError("app.not_answering")

    def _take(self) -> None:
        assert self._server is not None
        socket = self._server.nextPendingConnection()
        if socket.canReadLine() or socket.waitForReadyRead(500):
            line = bytes(socket.readLine().data()).decode().rstrip("\n")
            socket.write(b"taken\n")
            socket.waitForBytesWritten(500)
            self.asked.emit(Path(line) if line else None)
        socket.deleteLater()


class ProjectLock:
    """Keeps a project from being open twice, here or on another machine that shares its folder.

    StudioError ``project.in_use`` if it is open. The lock of a process that died counts no more.
    """

    def __init__(self, project: Path) -> None:
        file = project / "cache" / "open.lock"
        with writing(file):
            file.parent.mkdir(exist_ok=True)
        self._lock = QLockFile(str(file))
        self._lock.setStaleLockTime(0)
        if self._lock.tryLock(0):
            return
        if self._lock.error() is not QLockFile.LockError.LockFailedError:
            raise StudioError("disk.unwritable", path=str(file), reason=self._lock.error().name)
        process, host, _ = self._lock.getLockInfo()
        raise StudioError(
            "project.in_use", path=str(project), host=host, process=process, lock=str(file)
        )

    def release(self) -> None:
        """Lets others open the project."""
        self._lock.unlock()
