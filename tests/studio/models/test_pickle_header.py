"""Checkpoints of torch.save read without running them, and hostile ones refused in a sentence."""

from __future__ import annotations

import collections
import io
import os
import pickle
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from studio.errors import StudioError
from studio.messages import sentence
from studio.models import pickle_machine
from studio.models.pickle_header import read_pickle_header
from studio.models.weights import map_tensors


def zipped(path: Path, pickled: bytes, **entries: bytes) -> Path:
    """A checkpoint as torch.save lays it out, around any pickle."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", pickled)
        for name, data in {"byteorder": b"little", "data/0": bytes(64), **entries}.items():
            archive.writestr(f"archive/{name}", data)
    return path


def refused(path: Path, code: str = "pickle.invalid") -> str:
    with pytest.raises(StudioError) as caught:
        read_pickle_header(path)
    assert caught.value.code == code
    told = sentence(caught.value.code, caught.value.params)
    assert str(path) in told
    return told


@pytest.fixture
def lightning_class(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], type]:
    """Makes a class that a pickle names as PyTorch Lightning's, though that is not installed."""

    def make(name: str) -> type:
        module, _, last = name.rpartition(".")
        made = type(last, (), {"__module__": module, "__qualname__": last})
        for end, letter in enumerate(f"{module}.", 1):
            if letter == ".":
                part = module[: end - 1]
                monkeypatch.setitem(sys.modules, part, type(sys)(part))
        setattr(sys.modules[module], last, made)
        return made

    return make


def weights() -> dict[str, torch.Tensor]:
    base = torch.randn(6, 5)
    return collections.OrderedDict(
        {
            "fp32": torch.randn(3, 4),
            "fp16": torch.randn(2, 3, 1, 1).half(),
            "bf16": torch.randn(7).bfloat16(),
            "fp8": torch.randn(4).to(torch.float8_e4m3fn),
            "count": torch.tensor(7),
            "bytes": torch.arange(5, dtype=torch.uint8),
            "flags": torch.tensor([True, False]),
            "double": torch.randn(2, dtype=torch.float64),
            "whole": base,
            "view": base[2:4],
            "again": base.view(30)[7:9],
            "parameter": torch.nn.Parameter(torch.randn(3)),
            "none": torch.zeros(0, 3),
        }
    )


def raw(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().reshape(-1).view(torch.uint8)


def test_agrees_with_torch_load(tmp_path: Path) -> None:
    path = tmp_path / "a.ckpt"
    torch.save(weights(), path)
    ours, theirs = map_tensors(path), torch.load(path, weights_only=True)
    assert ours.keys() == theirs.keys()
    for key, tensor in theirs.items():
        assert ours[key].dtype == tensor.dtype
        assert ours[key].shape == tensor.shape
        assert torch.equal(raw(ours[key]), raw(tensor))


def test_a_training_checkpoint_with_what_lightning_leaves(
    tmp_path: Path, lightning_class: Callable[[str], type]
) -> None:
    callback = lightning_class("pytorch_lightning.callbacks.model_checkpoint.ModelCheckpoint")
    config = lightning_class("omegaconf.dictconfig.DictConfig")()
    config.content = {"a": [1, 2], "path": Path("somewhere")}
    moments = {"step": torch.tensor(3.0), "exp_avg": torch.ones(4, 5).t()}
    optimizer = {"state": {0: moments}, "param_groups": [{"lr": 1e-4, "betas": (0.9, 0.999)}]}
    content = {
        "epoch": 3,
        "global_step": 10**12,
        "pytorch-lightning_version": "1.4.2",
        "state_dict": weights() | {"ema.decay": 0.5},
        "callbacks": {callback: {"best_model_score": torch.tensor(0.5), "best": np.float64(0.2)}},
        "optimizer_states": [optimizer],
        "config": config,
        "seen": {"set": {1, 2}, "frozen": frozenset("x"), "counts": collections.Counter("ab")},
        "default": collections.defaultdict(list, {(1, 2): [3]}),
        "random": np.random.default_rng(0).bit_generator.state,
        "array": np.arange(3),
        "bytes": bytearray(b"x"),
        "odd": 1 + 2j,
    }
    path = tmp_path / "a.ckpt"
    torch.save(content, path)
    assert read_pickle_header(path).tensors.keys() == weights().keys()
    torch.save(content, path, pickle_protocol=4)
    assert read_pickle_header(path).tensors.keys() == weights().keys()


class Touch:
    """Leaves a file behind when it is unpickled by pickle itself."""

    def __init__(self, *call: Any) -> None:
        self.call = call

    def __reduce__(self) -> Any:
        return self.call[0], self.call[1:]


def hostile_objects(mark: str) -> dict[str, Any]:
    return {
        "os.system": Touch(os.system, f"touch {mark}"),
        "builtins.eval": Touch(eval, f"open({mark!r}, 'w')"),
        "builtins.exec": Touch(exec, f"open({mark!r}, 'w')"),
        "subprocess.Popen": Touch(subprocess.Popen, ["touch", mark]),
        "builtins.getattr": Touch(getattr, Touch(__import__, "os"), "system"),
        "_io.open": Touch(open, mark, "w"),
        "builtins.compile": Touch(compile, "", mark, "exec"),
    }


def text(value: str) -> bytes:
    return pickle.BINUNICODE + struct.pack("<I", len(value)) + value.encode()


def hostile_pickles(mark: str) -> dict[str, tuple[bytes, str]]:
    """Pickles by hand, with a word of what refuses them."""
    call = text(f"touch {mark}") + b"\x85R."  # TUPLE1 REDUCE STOP
    return {
        "dotted": (text("builtins") + text("eval.__call__") + b"\x93" + call, "eval.__call__"),
        "dotted module": (b"cos\nsystem.__call__\n" + call, "os.system.__call__"),
        "inst": (b"(S'touch " + mark.encode() + b"'\nios\nsystem\n.", "os system"),
        "obj": (b"(cbuiltins\nobject\n" + text("x") + b"o.", "OBJ"),
        "extension": (b"\x82\x01" + call, "1"),
        "extension 2": (b"\x83\x01\x02" + call, "513"),
        "text id": (b"Pstorage\n.", "storage"),
        "called text": (text("os.system") + call, "computed"),
        "called blank": (b"ctyping\nAny\n)R" + call, "computed"),
        "new": (b"cposix\nsystem\n" + text(f"touch {mark}") + b"\x85\x81.", "posix.system"),
        "new with keywords": (b"cos\nsystem\n)}\x92.", "os.system"),
        "lookalike": (b"cpytorch_lightning_x\nrun\n" + call, "pytorch_lightning_x"),
        "numpy": (b"cnumpy\nload\n" + call, "numpy.load"),
        "torch": (b"ctorch\nload\n" + call, "torch.load"),
        "storage from bytes": (b"ctorch.storage\n_load_from_bytes\n" + call, "_load_from_bytes"),
    }


@pytest.mark.parametrize("name", hostile_objects(""))
@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_nothing_runs(tmp_path: Path, name: str, protocol: int) -> None:
    mark = tmp_path / "ran"
    harm = hostile_objects(str(mark))[name]
    content = {"state_dict": {"w": torch.ones(2), "x": harm}}
    path = zipped(tmp_path / "a.ckpt", pickle.dumps({"x": harm}, protocol))
    told = refused(path, "pickle.unsafe")
    assert name.replace("os.", "").rpartition(".")[2] in told
    torch.save(content, path)
    refused(path, "pickle.unsafe")
    assert not mark.exists()


@pytest.mark.parametrize("name", hostile_pickles(""))
def test_nothing_runs_by_hand(tmp_path: Path, name: str) -> None:
    mark = tmp_path / "ran"
    pickled, word = hostile_pickles(str(mark))[name]
    assert word in refused(zipped(tmp_path / "a.ckpt", pickled), "pickle.unsafe")
    assert not mark.exists()


def test_the_tests_of_harm_are_harmful(tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    pickle.loads(pickle.dumps(hostile_objects(str(mark))["os.system"]))
    assert mark.exists()
    mark.unlink()
    pickle.loads(hostile_pickles(str(mark))["inst"][0])
    assert mark.exists()


def test_a_class_under_a_known_name_cannot_bring_its_own_call(
    tmp_path: Path, lightning_class: Callable[[str], type]
) -> None:
    mark = tmp_path / "ran"
    kind = lightning_class("pytorch_lightning.callbacks.Early")
    kind.__reduce__ = lambda self: (os.system, (f"touch {mark}",))  # type: ignore[method-assign]
    path = tmp_path / "a.ckpt"
    torch.save({"state_dict": {"w": torch.ones(2)}, "callbacks": kind()}, path)
    assert "system" in refused(path, "pickle.unsafe")
    # One that names only itself is a blank, even where its state would do harm.
    named = b"cpytorch_lightning.callbacks\nos.system\n" + text(f"touch {mark}") + b"\x85R."
    refused(zipped(path, named))
    assert not mark.exists()


BOMBS: dict[str, Callable[[], bytes]] = {
    "deep lists": lambda: b"]" * 50_000 + b"a" * 49_999 + b".",
    "deep tuples as a key": lambda: b"}" + b")" + b"\x85" * 100_000 + b"Ns.",
    "doubling": lambda: b"]" + b"2\x86" * 30_000 + b".",
    "memo at the end": lambda: b"]r\xff\xff\xff\xff.",
    "long text": lambda: b"\x8d" + struct.pack("<Q", 2**62) + b"x.",
    "long bytes": lambda: b"\x96" + struct.pack("<Q", 2**40) + b"x.",
    "long number": lambda: b"\x8b" + struct.pack("<i", 2**31 - 1) + b"x.",
    "negative length": lambda: b"\x8b" + struct.pack("<i", -1) + b"x.",
    "long decimal": lambda: b"L" + b"9" * 1_000_000 + b"L\n.",
    "long name": lambda: text("x" * 1_000_000) + b"\x94" + text("y") + b"\x93.",
    "no end": lambda: b"]" * 1000,
    "empty stack": lambda: b"0.",
    "no mark": lambda: b"]t.",
    "nothing": lambda: b"",
    "unknown instruction": lambda: b"\xff.",
    "makers of makers": lambda: (
        b"ctorch._tensor\n_rebuild_from_type_v2\nq\0"
        + b"(h\0N" * 5000
        + b")"
        + b"Nt" * 5000
        + b"R."
    ),
    "many arguments": lambda: b"ctorch._utils\n_rebuild_tensor_v2\n(" + b"N" * 100_000 + b"tR.",
    "itself": lambda: b"]2a.",
    "negative memo": lambda: b"]p-1\ng-1\n.",
    "unknown memo": lambda: b"h\x07.",
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_at_once(tmp_path: Path, name: str) -> None:
    refused(zipped(tmp_path / "a.ckpt", BOMBS[name]()))


def test_endless_lists_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickle_machine, "MAX_INSTRUCTIONS", 1000)
    path = zipped(tmp_path / "a.ckpt", b"]" + b"N0" * 2000 + b".")
    assert "too long" in refused(path)
    assert "too long" in refused(zipped(path, b"N" * 32_000_001))


def tensor_pickle(
    key: str = "0", offset: int = 0, shape: Any = (2, 3), strides: Any = (3, 1),
    storage: bytes = b"ctorch\nFloatStorage\n",
) -> bytes:  # fmt: skip
    """``{"w": tensor}`` in protocol 2, by hand."""

    def dumped(value: Any) -> bytes:
        return pickle.dumps(value, 2)[2:-1]

    identity = b"(" + text("storage") + storage + text(key) + text("cpu") + dumped(6) + b"tQ"
    arguments = b"(" + identity + dumped(offset) + dumped(shape) + dumped(strides) + b"\x89Nt"
    return b"}" + text("w") + b"ctorch._utils\n_rebuild_tensor_v2\n" + arguments + b"Rs."


def test_the_pickle_by_hand_is_a_good_one(tmp_path: Path) -> None:
    header = read_pickle_header(zipped(tmp_path / "a.ckpt", tensor_pickle()))
    assert header.tensors["w"].shape == (2, 3)


LIES: dict[str, dict[str, Any]] = {
    "other storage": {"key": "7"},
    "beyond its end": {"offset": 11},
    "far beyond": {"offset": 2**62},
    "larger than it": {"shape": (2, 9), "strides": (9, 1)},
    "huge": {"shape": (2**62, 2**62), "strides": (2**62, 1)},
    "huge and empty": {"shape": (2**62, 2**62, 0), "strides": (2**62, 1, 1)},
    "negative place": {"offset": -1},
    "negative size": {"shape": (-1, 3)},
    "transposed": {"strides": (1, 2)},
    "all the same": {"strides": (0, 0)},
    "too few strides": {"strides": (1,)},
    "true as size": {"shape": (True, 3)},
    "text as size": {"shape": ("2", 3)},
    "too many sizes": {"shape": (1,) * 99, "strides": (1,) * 99},
    "quantised": {"storage": b"ctorch\nQInt8Storage\n"},
    "another class": {"storage": b"ctorch\nSize\n"},
    "no class": {"storage": b"N"},
    "path out of the archive": {"key": "../../etc/passwd"},
}


@pytest.mark.parametrize("case", LIES)
def test_lying_tensors_are_refused(tmp_path: Path, case: str) -> None:
    refused(zipped(tmp_path / "a.ckpt", tensor_pickle(**LIES[case])))


def test_files_of_other_kinds_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ckpt"
    torch.save({"w": torch.ones(2)}, path, _use_new_zipfile_serialization=False)
    assert "older than 1.6" in refused(path)
    for content in (b"", b"PK", b"a text file that was renamed", b"PK\x03\x04" + bytes(100)):
        path.write_bytes(content)
        refused(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("picture.png", b"x")
    assert "something else" in refused(path)
    torch.save([1, 2], path)
    assert "no table" in refused(path)
    torch.save({"w": 1}, path)
    assert "no table" in refused(path)
    torch.save(torch.ones(2), path)
    assert "no table" in refused(path)
    for missing in (tmp_path / "none", tmp_path):
        refused(missing, "safetensors.unreadable")


def test_repacked_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.ckpt"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", tensor_pickle())
        archive.writestr("archive/data/0", bytes(64))
    assert "compressed" in refused(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("archive/data.pkl", tensor_pickle())
        archive.writestr("archive/data/0", bytes(6400), zipfile.ZIP_DEFLATED)
    assert "compressed" in refused(path)
    assert "byte order" in refused(zipped(path, tensor_pickle(), byteorder=b"big"))
    assert "something else" in refused(zipped(path, tensor_pickle(), **{"b/data.pkl": b"N."}))


def test_a_local_header_elsewhere_is_noticed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.ckpt", tensor_pickle())
    content = bytearray(path.read_bytes())
    entry = content.rindex(b"archive/data/0") - 46  # in the list at the end of the zip
    content[entry + 42 : entry + 46] = struct.pack("<I", 3)
    path.write_bytes(content)
    refused(path)


def test_tables_that_point_out_of_the_file_are_noticed(tmp_path: Path) -> None:
    path = zipped(tmp_path / "a.ckpt", tensor_pickle())
    content = bytearray(path.read_bytes())
    content[-6:-2] = struct.pack("<I", len(content))  # where the list of entries begins
    path.write_bytes(content)
    refused(path)


def test_every_truncation_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.ckpt"
    torch.save({"a": torch.ones(3), "b": torch.ones(2, 2).half()}, path)
    content = path.read_bytes()
    read_pickle_header(path)
    for length in range(0, len(content), 7):
        path.write_bytes(content[:length])
        refused(path)


def test_changed_bytes_are_refused_or_read(tmp_path: Path) -> None:
    """Whatever a damaged list of weights says, it ends in tensors or in one sentence."""
    buffer = io.BytesIO()
    torch.save({"a": torch.ones(3), "b": torch.ones(2, 2).half()}, buffer)
    with zipfile.ZipFile(buffer) as archive:
        pickled = next(archive.read(n) for n in archive.namelist() if n.endswith("data.pkl"))
    path = tmp_path / "a.ckpt"
    random = np.random.default_rng(5)
    for _ in range(300):
        damaged = bytearray(pickled)
        for place in random.integers(0, len(pickled), 2):
            damaged[place] = random.integers(0, 256)
        with suppress(StudioError):
            read_pickle_header(zipped(path, bytes(damaged)))


@pytest.mark.skipif(sys.platform == "win32", reason="files have no holes there")
def test_files_beyond_four_gigabytes_are_found(tmp_path: Path) -> None:
    """Zip64, as PyTorch writes it for large files: here in a file with a hole."""
    path = tmp_path / "a.ckpt"
    with path.open("wb") as file, zipfile.ZipFile(file, "w", allowZip64=True) as archive:
        archive.writestr("archive/data.pkl", tensor_pickle())
        file.seek(5 * 2**30)
        archive.start_dir = file.tell()
        archive.writestr("archive/data/0", struct.pack("<6f", *range(6)))
    tensor = map_tensors(path)["w"]
    assert tensor.flatten().tolist() == [0, 1, 2, 3, 4, 5]
