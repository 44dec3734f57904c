"""Plain data as typed wire values and raw buffers, believing no size before it is checked."""

from typing import Annotated, Any, Literal, Union

import numpy as np
import torch
from msgspec import Meta, Struct

from autograder.selfcheck.values import Ref, extent

MAX_BLOB = 256 << 20
MAX_DEPTH = 64
MAX_NODES = 100_000
MAX_KEYS = 4096  # in a whole message: keys chosen to collide cost the square of their number
MAX_RANK = 16
MAX_BITS = 4096
ALIGNMENT = 8
SHORT = 200  # characters of a name

Short = Annotated[str, Meta(max_length=SHORT)]

# What a dtype is called on the wire, and the NumPy dtype that holds its bytes.
STORAGE = {
    "bool": "u1", "uint8": "u1", "int8": "i1", "int16": "i2", "int32": "i4", "int64": "i8",
    "float16": "f2", "bfloat16": "i2", "float32": "f4", "float64": "f8", "complex64": "c8", "complex128": "c16",
}  # fmt: skip


NAMES = {getattr(torch, name): name for name in STORAGE}


class Malformed(ValueError):
    """The bytes that came are no message of ours."""


class Unsendable(ValueError):
    """A value that may not travel: it is too large, too deep, or no plain data."""


class Big(Struct, tag="big", array_like=True, frozen=True):
    """An integer beyond 64 bits."""

    digits: str


class List(Struct, tag="list", array_like=True, frozen=True):
    items: list["Value"]


class Tuple(Struct, tag="tuple", array_like=True, frozen=True):
    items: list["Value"]


class Dict(Struct, tag="dict", array_like=True, frozen=True):
    pairs: list[tuple["Value", "Value"]]


class Array(Struct, tag="array", array_like=True, frozen=True):
    """A tensor or an ndarray; its bytes are the next buffer of the message."""

    kind: Literal["torch", "numpy"]
    dtype: str
    shape: list[int]


class Device(Struct, tag="device", array_like=True, frozen=True):
    name: str


class Handle(Struct, tag="ref", array_like=True, frozen=True):
    """An object that stays in the worker."""

    id: int
    type_name: Short
    callable: bool


Value = Union[None, bool, int, float, str, Big, List, Tuple, Dict, Array, Device, Handle]


class Packer:
    """Turns values into wire values and gathers the buffers of their arrays, in the order of the header."""

    def __init__(self) -> None:
        self.buffers: list[memoryview] = []
        self.nodes = self.bytes = 0

    def pack(self, value: Any, depth: int = 0) -> Value:
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise Unsendable("nested too deeply")
        if self.nodes > MAX_NODES:
            raise Unsendable(f"more than {MAX_NODES:,} items")
        if value is None or value is True or value is False:
            return value
        kind = type(value)
        if kind is int:
            return pack_int(value)
        if kind is float:
            return value
        if kind is str:
            return pack_text(value)
        if kind is list:
            return List([self.pack(item, depth + 1) for item in value])
        if kind is tuple:
            return Tuple([self.pack(item, depth + 1) for item in value])
        if kind is dict:
            return Dict([(self.pack(key, depth + 1), self.pack(item, depth + 1)) for key, item in value.items()])
        if isinstance(value, torch.Tensor):
            return self.pack_tensor(value)
        if isinstance(value, np.ndarray):
            return self.pack_array(value, "numpy", value.dtype.name)
        if isinstance(value, torch.device):
            return Device(str(value))
        if isinstance(value, Ref):
            return Handle(value.id, pack_text(value.type_name)[:SHORT], bool(value.callable))
        raise Unsendable(f"{kind.__name__} is no plain data")

    def pack_tensor(self, tensor: torch.Tensor) -> Array:
        name = NAMES.get(tensor.dtype)
        if name is None or tensor.layout is not torch.strided or tensor.is_meta:
            raise Unsendable(f"a tensor of {tensor.dtype}, {tensor.layout}, on {tensor.device} cannot be sent")
        plain = tensor.detach().cpu().resolve_conj().resolve_neg().contiguous()
        return self.pack_array((plain.view(torch.int16) if name == "bfloat16" else plain).numpy(), "torch", name)

    def pack_array(self, array: np.ndarray, kind: Literal["torch", "numpy"], name: str) -> Array:
        if name not in STORAGE:
            raise Unsendable(f"an array of {name} cannot be sent")
        if array.ndim > MAX_RANK:
            raise Unsendable(f"an array of {array.ndim} dimensions cannot be sent")
        self.bytes += array.nbytes + -array.nbytes % ALIGNMENT
        if self.bytes > MAX_BLOB:
            raise Unsendable(f"more than {MAX_BLOB >> 20} MB of numbers")
        plain = array.flags.c_contiguous and array.dtype.isnative
        flat = array if plain else np.ascontiguousarray(array, array.dtype.newbyteorder("="))
        self.buffers.append(flat.reshape(-1).view(np.uint8).data)
        return Array(kind, name, list(array.shape))


def pack_int(value: int) -> int | Big:
    if -(1 << 63) <= value < 1 << 63:
        return value
    if value.bit_length() > MAX_BITS:
        raise Unsendable(f"an integer of more than {MAX_BITS:,} bits")
    return Big(hex(value))


def pack_text(text: str) -> str:
    """Make a string valid UTF-8: lone surrogates cannot travel."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


class Unpacker:
    """Builds fresh values from wire values and the blob that holds their arrays one after another.

    `room` is what all arrays may have in bytes, those without an element included: there every axis counts as 1 at
    least. It is below 0 once they had more.
    """

    def __init__(self, blob: np.ndarray, room: float = MAX_BLOB) -> None:
        self.blob, self.room = blob, room
        self.position = self.nodes = self.keys = 0
        self.types: dict[int, str] = {}  # of the objects that were named

    def unpack(self, value: Value, depth: int = 0) -> Any:
        self.nodes += 1
        if depth > MAX_DEPTH or self.nodes > MAX_NODES:
            raise Malformed("a value is too deep or has too many items")
        if isinstance(value, List):
            return [self.unpack(item, depth + 1) for item in value.items]
        if isinstance(value, Tuple):
            return tuple([self.unpack(item, depth + 1) for item in value.items])
        if isinstance(value, Dict):
            return self.unpack_dict(value, depth + 1)
        if isinstance(value, Array):
            return self.unpack_array(value)
        if isinstance(value, Big):
            return unpack_int(value.digits)
        if isinstance(value, Device):
            return unpack_device(value.name)
        if isinstance(value, Handle):
            self.types[value.id] = value.type_name
            return Ref(value.id, value.type_name, value.callable)
        return value

    def unpack_dict(self, value: Dict, depth: int) -> dict:
        self.keys += len(value.pairs)
        if self.keys > MAX_KEYS:
            raise Malformed("too many keys")
        result = {}
        for key, item in value.pairs:
            if not isinstance(key, (type(None), bool, int, float, str, Big, Tuple)):
                raise Malformed("a key must be plain")
            try:
                result[self.unpack(key, depth)] = self.unpack(item, depth)
            except TypeError:
                raise Malformed("a key must be plain") from None
        return result

    def unpack_array(self, value: Array) -> torch.Tensor | np.ndarray:
        storage = STORAGE.get(value.dtype)
        if storage is None or (value.kind == "numpy" and value.dtype == "bfloat16"):
            raise Malformed("an unknown dtype")
        item = np.dtype(storage).itemsize
        self.room -= bounded_extent(value.shape) * item
        if self.room < 0:
            raise Malformed("arrays of too many bytes")
        size = count(value.shape) * item
        padded = size + -size % ALIGNMENT
        if self.position + padded > self.blob.nbytes:
            raise Malformed("an array is longer than its bytes")
        flat = self.blob[self.position : self.position + size].view(storage)
        self.position += padded
        array = flat.reshape(value.shape)
        if value.dtype == "bool":
            array = np.asarray(array != 0)  # a byte other than 0 and 1 would be no bool; one without axes no array
        if value.kind == "numpy":
            return array
        tensor = torch.from_numpy(array)
        return tensor.view(torch.bfloat16) if value.dtype == "bfloat16" else tensor

    def finish(self) -> None:
        if self.position != self.blob.nbytes:
            raise Malformed("bytes that no array claims")


def count(shape: list[int]) -> int:
    """How many items a shape has."""
    return 0 if 0 in shape else bounded_extent(shape)


def bounded_extent(shape: list[int]) -> int:
    """Its `extent`; refuses what could not fit before multiplying it out."""
    if len(shape) > MAX_RANK or any(not 0 <= length <= MAX_BLOB for length in shape):
        raise Malformed("an impossible shape")
    return extent(shape)


def unpack_int(digits: str) -> int:
    if len(digits) > MAX_BITS // 4 + 3:
        raise Malformed("an integer too long")
    try:
        return int(digits, 16)
    except ValueError:
        raise Malformed("no integer") from None


def unpack_device(name: str) -> torch.device:
    try:
        return torch.device(name[:32])
    except RuntimeError:
        raise Malformed("no device") from None
