"""What has to be set before torch and its libraries are imported."""

from __future__ import annotations

import logging
import os
import sys


def prepare() -> None:
    """Keeps libraries from the network, from spinning and from chattering."""
    # Nothing we open is fetched at run time; this keeps libraries from asking the network anyway.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("DIFFUSERS_VERBOSITY", "error")
    # When another program takes a core, threads that wait spinning cost 3 times the time of a step;
    # waiting briefly, then sleeping, costs nothing measurable on an idle machine.
    os.environ.setdefault("GOMP_SPINCOUNT", "5000")
    logging.getLogger("bitsandbytes").setLevel(logging.ERROR)  # it announces missing GPU kernels
    for name in ("stdout", "stderr"):  # none without a console on Windows; libraries print anyway
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115  stays open
