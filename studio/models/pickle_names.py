"""Names of classes and functions that checkpoints of weights may mention, as plain text.

They are those of `torch._weights_only_unpickler`, and what PyTorch Lightning left beside weights.
"""

from __future__ import annotations

_REBUILD = "torch._utils._rebuild_"
TENSORS = {f"{_REBUILD}tensor", f"{_REBUILD}tensor_v2", f"{_REBUILD}tensor_v3"}
PARAMETERS = {f"{_REBUILD}parameter", f"{_REBUILD}parameter_with_state"}
FROM_TYPE = "torch._tensor._rebuild_from_type_v2"
TABLE = "collections.OrderedDict"

# What may be named without being anything here: left by trainers beside the weights.
_INERT_NAMES = {
    *(f"{module}.{name}" for module in ("builtins", "__builtin__") for name in (
        "bool", "int", "long", "float", "complex", "str", "unicode", "bytes", "bytearray",
        "list", "tuple", "dict", "set", "frozenset", "slice", "range", "object",
    )),
    *("_codecs.encode", "copy_reg._reconstructor", "copyreg._reconstructor"),
    *("argparse.Namespace", "numpy.dtype", "numpy.ndarray"),
    *(f"datetime.{name}" for name in ("date", "datetime", "time", "timedelta", "timezone")),
    *(f"pathlib.{name}" for name in (
        "Path", "PosixPath", "WindowsPath", "PurePath", "PurePosixPath", "PureWindowsPath",
    )),
    *("torch.Size", "torch.device", "torch.Tensor", "torch.serialization._get_layout"),
}  # fmt: skip
_INERT_PACKAGES = (
    *("collections.", "typing.", "omegaconf.", "torch.optim.", "torch.nn.", _REBUILD),
    *("pytorch_lightning.", "lightning.", "lightning_fabric.", "lightning_utilities."),
    *("numpy.core.multiarray.", "numpy._core.multiarray.", "numpy.dtypes.", "numpy.random."),
)
_STORAGES = {
    **{"FloatStorage": "F32", "HalfStorage": "F16", "BFloat16Storage": "BF16"},
    **{"DoubleStorage": "F64", "LongStorage": "I64", "IntStorage": "I32", "ShortStorage": "I16"},
    **{"CharStorage": "I8", "ByteStorage": "U8", "BoolStorage": "BOOL", "UntypedStorage": "U8"},
    **{"ComplexFloatStorage": "C64"},
}
_DTYPES = {
    **{"float": "F32", "float32": "F32", "half": "F16", "float16": "F16", "bfloat16": "BF16"},
    **{"double": "F64", "float64": "F64", "int64": "I64", "int32": "I32", "int16": "I16"},
    **{"int8": "I8", "uint8": "U8", "uint16": "U16", "uint32": "U32", "uint64": "U64"},
    **{"bool": "BOOL", "complex64": "C64", "float8_e4m3fn": "F8_E4M3", "float8_e5m2": "F8_E5M2"},
    **{"float8_e4m3fnuz": "F8_E4M3FNUZ", "float8_e5m2fnuz": "F8_E5M2FNUZ"},
    **{"float8_e8m0fnu": "F8_E8M0"},
}


def harmless(name: str) -> bool:
    """Whether ``name`` (module and class or function, dotted) belongs into a checkpoint."""
    module, _, last = name.rpartition(".")
    if module in ("torch", "torch.storage", "torch.cuda") and last.endswith("Storage"):
        return True
    if module == "torch" and last in (*_DTYPES, "complex128"):
        return True
    return name in (TABLE, FROM_TYPE) or name in _INERT_NAMES or name.startswith(_INERT_PACKAGES)


def dtype_of(name: str) -> str:
    """Safetensors' name of a dtype or of a storage class's; "" if it has none."""
    last = name.rpartition(".")[2]
    return _STORAGES.get(last) or _DTYPES.get(last, "")
