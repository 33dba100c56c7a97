"""Reads the pickle inside a checkpoint as data: nothing is imported, nothing is called.

The instructions that `torch.save` uses are carried out on plain tables and lists. A class or
function is only a name here; a name that no checkpoint of weights needs refuses the file.
Instructions: the standard library's `pickletools`; names: `studio.models.pickle_names`.
"""

from __future__ import annotations

import pickletools
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from studio.errors import StudioError
from studio.models.pickle_names import (
    FROM_TYPE,
    PARAMETERS,
    TABLE,
    TENSORS,
    dtype_of,
    harmless,
)

MAX_INSTRUCTIONS = 2_000_000  # a checkpoint of SDXL has 0.1 million, 0.3 with its optimizer
MAX_KEY = 1_000  # characters; comparing and joining longer ones again and again takes for ever

_DAMAGE = (ValueError, LookupError, TypeError, AttributeError, OverflowError, struct.error)


class StoredTensor(NamedTuple):
    """A tensor as a checkpoint describes it; offset and strides in elements.

    ``storage`` names its bytes, ``dtype`` is safetensors' name, "" for a type that has none there.
    """

    storage: str
    dtype: str
    offset: int
    shape: tuple[int, ...]
    strides: tuple[int, ...]


class _Name(NamedTuple):
    """A class or function, by its dotted name alone."""

    name: str


class _Storage(NamedTuple):
    key: str
    dtype: str


class _Inert:
    """Stands for any object that is not read: takes every argument and does nothing."""


_MARK = _Inert()
_INERT = _Inert()


def read_pickle(path: Path, data: bytes) -> Any:
    """What the pickle ``data`` of the file ``path`` describes, without carrying anything out.

    Tables, lists, tuples, texts and numbers come as themselves (of tables, what stands under texts
    and numbers), tensors as `StoredTensor`, everything else as a blank. Raises ``pickle.unsafe``
    with the name of what weights do not need, or ``pickle.invalid``.
    """
    machine = _Machine(path)
    try:
        return machine.run(data)
    except _DAMAGE as error:
        raise invalid(path, "its list of weights is damaged") from error


def invalid(path: Path, reason: str) -> StudioError:
    """The refusal of a checkpoint for an English ``reason``."""
    return StudioError("pickle.invalid", path=str(path), reason=reason)


class _Machine:
    """The stack, the marks on it and the memo of one pickle."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}

    def run(self, data: bytes) -> Any:
        for number, (instruction, argument, _) in enumerate(pickletools.genops(data)):
            if number > MAX_INSTRUCTIONS:
                raise invalid(self.path, "its list of weights is too long to be one")
            if instruction.name == "STOP":
                return self.stack.pop()
            if instruction.name in _VALUES:
                self.stack.append(_CONSTANTS.get(instruction.name, argument))
            elif act := _ACTS.get(instruction.name):
                act(self, argument)
            else:  # INST, OBJ, EXT and others that torch.save never writes
                raise self.unsafe(str(argument or instruction.name))
        raise ValueError("no end")

    def unsafe(self, name: str) -> StudioError:
        return StudioError("pickle.unsafe", path=str(self.path), name=name[:200])

    def items(self) -> list[Any]:
        """What stands above the topmost mark; it and the mark are taken away."""
        above: list[Any] = []
        while (item := self.stack.pop()) is not _MARK:
            above.append(item)
        return above[::-1]

    def take(self, count: int) -> tuple[Any, ...]:
        """The topmost ``count`` items, taken away."""
        if len(self.stack) < count:
            raise IndexError("the stack is empty")
        taken = tuple(self.stack[-count:])
        del self.stack[-count:]
        return taken

    def name(self, name: str) -> None:
        if not harmless(name):
            raise self.unsafe(name)
        self.stack.append(_Name(name))

    def stack_global(self, _: object) -> None:
        module, name = self.take(2)
        if not (isinstance(module, str) and isinstance(name, str)):
            raise TypeError("a name that is no text")
        if len(module) + len(name) > MAX_KEY:
            raise ValueError("a name that is none")
        self.name(f"{module}.{name}")

    def memoize(self, _: object) -> None:
        self.memo[len(self.memo)] = self.stack[-1]

    def remember(self, place: int) -> None:
        self.memo[place] = self.stack[-1]

    def recall(self, place: int) -> None:
        self.stack.append(self.memo[place])

    def extend(self, items: list[Any]) -> None:
        target = self.stack[-1]
        if isinstance(target, list):
            target.extend(items)
        elif not isinstance(target, _Inert):
            raise TypeError("no list")

    def append(self, _: object) -> None:
        self.extend(list(self.take(1)))

    def fill(self, items: list[Any]) -> None:
        """Keys and values in turn into the table on top; other keys than plain ones are dropped."""
        target = self.stack[-1]
        if isinstance(target, dict):
            target.update(_pairs(items))
        elif not isinstance(target, _Inert):
            raise TypeError("no table")

    def call(self, _: object) -> None:
        """REDUCE, NEWOBJ and their like: a name and its arguments become what stands for both."""
        function, arguments = self.take(2)
        self.stack.append(self.made(function, arguments))

    def call_with_keywords(self, _: object) -> None:
        self.take(1)
        self.call(None)

    def blank(self, _: object) -> None:
        self.items()
        self.stack.append(_INERT)

    def made(self, function: Any, arguments: Any) -> Any:
        if not isinstance(function, _Name):
            raise self.unsafe("a call of something computed")
        if function.name == FROM_TYPE:  # what makes it, its type, the arguments, its state
            function, arguments = arguments[0], arguments[2]
        if function.name in TENSORS:
            return _tensor(*arguments[:_TENSOR_ARGUMENTS])
        if function.name in PARAMETERS:
            return arguments[0]
        if function.name == TABLE and not arguments:
            return {}
        return _INERT


def _pairs(items: list[Any]) -> dict[Any, Any]:
    """A table of what stands under plain keys; hashing a deep tuple would crash Python."""
    if len(items) % 2:
        raise ValueError("a key without a value")
    pairs = zip(items[::2], items[1::2], strict=True)
    return {key: value for key, value in pairs if _is_plain(key)}


def _is_plain(key: Any) -> bool:
    if isinstance(key, str):
        return len(key) <= MAX_KEY
    return isinstance(key, int) and abs(key) < 2**63


def _storage(identity: Any) -> _Storage:
    """The bytes that ``("storage", class, key, device, items)`` names."""
    kind, storage_type, key, _device, _items = identity
    if kind != "storage" or not isinstance(key, str):
        raise ValueError("no storage")
    return _Storage(key, dtype_of(storage_type.name))


_TENSOR_ARGUMENTS = 7


def _tensor(
    storage: Any, offset: Any, shape: Any, strides: Any, _grad: Any = None, _hooks: Any = None,
    dtype: Any = None,
) -> StoredTensor:  # fmt: skip
    """`torch._utils._rebuild_tensor` and its later versions; the third has a dtype of its own."""
    if not isinstance(storage, _Storage):
        raise TypeError("a tensor without storage")
    kind = storage.dtype
    if isinstance(dtype, _Name):
        kind = dtype_of(dtype.name)
    (start,) = _sizes([offset])
    return StoredTensor(storage.key, kind, start, _sizes(shape), _sizes(strides))


def _sizes(values: Any) -> tuple[int, ...]:
    if not isinstance(values, tuple | list) or len(values) > 16:
        raise TypeError("no sizes")
    if any(type(value) is not int or not 0 <= value < 2**63 for value in values):
        raise ValueError("a size that is none")
    return tuple(values)


def _put(value: Callable[[_Machine], Any]) -> Callable[[_Machine, Any], None]:
    return lambda machine, _: machine.stack.append(value(machine))


_VALUES = {
    *("NONE", "NEWTRUE", "NEWFALSE", "INT", "BININT", "BININT1", "BININT2", "LONG", "LONG1"),
    *("LONG4", "FLOAT", "BINFLOAT", "STRING", "BINSTRING", "SHORT_BINSTRING", "UNICODE"),
    *("BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "BINBYTES", "SHORT_BINBYTES", "BINBYTES8"),
    "BYTEARRAY8",
}
_CONSTANTS = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_ACTS: dict[str, Callable[[_Machine, Any], Any]] = {
    "PROTO": lambda machine, _: None,
    "FRAME": lambda machine, _: None,
    "MARK": _put(lambda machine: _MARK),
    "POP": lambda machine, _: machine.stack.pop(),
    "POP_MARK": lambda machine, _: machine.items(),
    "DUP": _put(lambda machine: machine.stack[-1]),
    "EMPTY_TUPLE": _put(lambda machine: ()),
    "EMPTY_LIST": _put(lambda machine: []),
    "EMPTY_DICT": _put(lambda machine: {}),
    "EMPTY_SET": _put(lambda machine: _INERT),
    "TUPLE": _put(lambda machine: tuple(machine.items())),
    "TUPLE1": _put(lambda machine: machine.take(1)),
    "TUPLE2": _put(lambda machine: machine.take(2)),
    "TUPLE3": _put(lambda machine: machine.take(3)),
    "LIST": _put(lambda machine: machine.items()),
    "DICT": _put(lambda machine: _pairs(machine.items())),
    "FROZENSET": _Machine.blank,
    "APPEND": _Machine.append,
    "APPENDS": lambda machine, _: machine.extend(machine.items()),
    "ADDITEMS": lambda machine, _: machine.extend(machine.items()),
    "SETITEM": lambda machine, _: machine.fill(list(machine.take(2))),
    "SETITEMS": lambda machine, _: machine.fill(machine.items()),
    "PUT": _Machine.remember,
    "BINPUT": _Machine.remember,
    "LONG_BINPUT": _Machine.remember,
    "MEMOIZE": _Machine.memoize,
    "GET": _Machine.recall,
    "BINGET": _Machine.recall,
    "LONG_BINGET": _Machine.recall,
    "GLOBAL": lambda machine, names: machine.name(names.replace(" ", ".", 1)),
    "STACK_GLOBAL": _Machine.stack_global,
    "REDUCE": _Machine.call,
    "NEWOBJ": _Machine.call,
    "NEWOBJ_EX": _Machine.call_with_keywords,
    "BUILD": lambda machine, _: machine.take(1),
    "BINPERSID": _put(lambda machine: _storage(machine.stack.pop())),
}
