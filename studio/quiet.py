"""What has to be set before torch and its libraries are imported, and while they are."""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_BITS = "bitsandbytes"


def prepare() -> None:
    """Keeps libraries from the network, from spinning and from chattering."""
    # Nothing we open is fetched at run time; this keeps libraries from asking the network anyway.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("DIFFUSERS_VERBOSITY", "error")
    # When another program takes a core, threads that wait spinning cost 3 times the time of a step;
    # waiting briefly, then sleeping, costs nothing measurable on an idle machine.
    os.environ.setdefault("GOMP_SPINCOUNT", "5000")
    logging.getLogger(_BITS).setLevel(logging.ERROR)  # it announces missing GPU kernels
    for name in ("stdout", "stderr"):  # none without a console on Windows; libraries print anyway
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  stays open


@contextmanager
def importing() -> Iterator[None]:
    """Has torch and its libraries imported in 2.9 s of a core instead of 4.1, and collected less.

    They are half a million objects, all of which stay: nothing is gained by walking them again and
    again for garbage. And peft would import bitsandbytes, with a compiler, to look for its layers,
    which no model of ours has: it is told that there is none. Inside, nothing else may import it.
    """
    collects, hidden = gc.isenabled(), _BITS not in sys.modules
    gc.disable()
    if hidden:
        sys.modules[_BITS] = None  # type: ignore[assignment]  # imports fail: "The import system"
    try:
        yield
        if peft := sys.modules.get("peft.import_utils"):
            peft.is_bnb_available()  # whose answer it remembers
    finally:
        if hidden:
            del sys.modules[_BITS]
        gc.freeze()
        if collects:
            gc.enable()
