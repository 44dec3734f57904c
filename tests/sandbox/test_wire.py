"""The wire carries plain data unchanged, and bytes that are no message end in one clean error."""

import io
import math

import msgspec
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.sandbox import framing, messages
from autograder.sandbox import values as wire_values
from autograder.selfcheck.values import Ref, plain

QUICK = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
scalars = st.none() | st.booleans() | st.integers(-(2**4095), 2**4095) | st.floats() | st.text(max_size=20)
shapes = st.lists(st.integers(0, 4), max_size=4)
tensors = st.builds(
    lambda shape, dtype: torch.arange(math.prod(shape)).reshape(shape).to(dtype),
    shapes,
    st.sampled_from([torch.float32, torch.float64, torch.int64, torch.bool, torch.bfloat16, torch.complex64]),
)
arrays = st.builds(lambda shape, kind: np.ones(shape, kind), shapes, st.sampled_from(["f4", "i2", "?", "c16", ">f8"]))
values = st.recursive(
    scalars | tensors | arrays | st.just(torch.device("cpu")) | st.just(Ref(3, "Conv2D", True)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=5) | st.integers(), inner, max_size=4)
    ),
    max_leaves=12,
)


def answer(value) -> messages.Answers:
    return messages.Answers([messages.Answer(value)])


def packed(value) -> tuple[bytes, np.ndarray]:
    """Header and blob of an answer that holds `value`."""
    packer = wire_values.Packer()
    data = b"".join(framing.frame(answer(packer.pack(value)), packer.buffers))
    header, blob = framing.read_prefix(data[: framing.PREFIX.size])
    body = data[framing.PREFIX.size :]
    assert len(body) == header + blob
    return body[:header], np.frombuffer(bytearray(body[header:]), np.uint8)


def unpacked(header: bytes, blob: np.ndarray):
    unpacker = wire_values.Unpacker(blob)
    (told,) = messages.read_response(header).answers
    value = unpacker.unpack(told.value)
    unpacker.finish()
    return value


def same(left, right) -> bool:
    if isinstance(left, (list, tuple)) and type(left) is type(right):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, torch.Tensor):
        return type(right) is torch.Tensor and left.dtype == right.dtype and torch.equal(left, right)
    if isinstance(left, np.ndarray):
        return left.dtype.name == right.dtype.name and np.array_equal(left, right)
    return type(left) is type(right) and (left == right or left != left)


@QUICK
@given(values)
def test_a_value_arrives_as_it_was(value):
    assert same(value, unpacked(*packed(value)))


@pytest.mark.parametrize("dtype", [*"?bBhHiIlLqQefdgFDG", ">f4", ">i8", "U3", "S3", "O", "M8[s]"])
def test_numbers_of_any_dtype_cross_as_data_or_stay_behind(dtype):
    """What `plain` calls data can be sent: an answer that cannot would end the worker, and cost other checks."""
    array = np.ones((2, 2)).astype(dtype)
    for value in (array, array[0, 0]):
        arrived = unpacked(*packed(plain(value, lambda _, name: Ref(1, name, False))))
        assert isinstance(arrived, Ref) or np.all(np.asarray(arrived) == value)
        assert dtype in ("F", "D", "G", "U3", "S3", "O", "M8[s]") or not isinstance(arrived, Ref)


def test_tensors_of_any_dtype_cross_as_data_or_stay_behind():
    crossed = 0
    for dtype in {d for d in vars(torch).values() if isinstance(d, torch.dtype)}:
        try:
            tensor = torch.ones(2, 2).to(dtype)
        except (RuntimeError, TypeError, UserWarning):
            continue  # this torch makes no such tensor
        arrived = unpacked(*packed(plain(tensor, lambda _, name: Ref(1, name, False))))
        assert isinstance(arrived, Ref) or arrived.tolist() == [[1, 1], [1, 1]], dtype
        crossed += not isinstance(arrived, Ref)
    assert crossed >= 15


@QUICK
@given(st.data())
def test_a_mutated_message_is_an_error_or_a_value(data):
    header, blob = packed(data.draw(values))
    broken = bytearray(header)
    for _ in range(data.draw(st.integers(1, 4))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(blob)))
    try:
        value = unpacked(bytes(broken), blob[:cut])
    except (wire_values.Malformed, AttributeError, ValueError):  # it became another kind of answer, or none
        return
    assert same(value, unpacked(*packed(value)))  # plain data, as any other


@QUICK
@given(st.binary(max_size=200))
def test_any_bytes_are_an_error_or_an_answer(data):
    try:
        response = messages.read_response(data)
    except wire_values.Malformed:
        return
    assert isinstance(response, messages.Response)


@QUICK
@given(st.binary(min_size=16, max_size=16))
def test_any_prefix_is_an_error_or_within_bounds(data):
    try:
        header, blob = framing.read_prefix(data)
    except wire_values.Malformed:
        return
    assert header <= framing.MAX_HEADER and blob <= wire_values.MAX_BLOB


@pytest.mark.parametrize(
    "header",
    [
        b"\x93\xdd\xff\xff\xff\xff",  # an array of four thousand million items
        b"\x81\xa5value\xdb\xff\xff\xff\xff",  # a string that long
        b"\x91" * 900_000,  # nested without end
        b"\x82\xa4type\xa6answer\xa5value" + b"\x92\xa4list\x91" * 100_000 + b"\xc0",
        b"\x82\xa4type\xa6answer\xa5value\xc7\x01\x01x",  # an extension type
        b"\x80\x04\x95\x0c\x00\x00\x00\x00\x00\x00\x00\x8c\x08builtins",  # a pickle
    ],
)
def test_hostile_headers_are_malformed(header):
    with pytest.raises(wire_values.Malformed):
        messages.read_response(header)


@pytest.mark.parametrize(
    "value",
    [
        wire_values.Array("torch", "float32", [3]),  # more than the bytes that came
        wire_values.Array("torch", "float32", [0]),  # less
        wire_values.Array("torch", "float32", [-2]),
        wire_values.Array("torch", "float32", [1 << 40, 0]),
        wire_values.Array("torch", "float32", [1] * 40),
        wire_values.Array("numpy", "object", [1]),
        wire_values.Array("numpy", "bfloat16", [4]),
        wire_values.Dict([(wire_values.List([]), None)]),
        wire_values.Dict([(wire_values.Tuple([wire_values.List([])]), None)]),
        wire_values.Dict([(number, None) for number in range(wire_values.MAX_KEYS + 1)]),
        wire_values.List([None] * (wire_values.MAX_NODES + 1)),
        wire_values.Big("f" * 5000),
        wire_values.Big("__import__('os')"),
        wire_values.Device("cpu; rm -rf"),
    ],
)
def test_impossible_values_are_malformed(value):
    header = msgspec.msgpack.encode(answer(value))
    with pytest.raises(wire_values.Malformed):
        unpacked(header, np.zeros(8, np.uint8))


def test_the_bytes_of_a_bool_are_made_true_or_false():
    header = msgspec.msgpack.encode(answer(wire_values.Array("torch", "bool", [3])))
    result = unpacked(header, np.array([0, 7, 255, 0, 0, 0, 0, 0], np.uint8))
    assert result.view(torch.uint8).tolist() == [0, 1, 1]


def test_a_bool_without_axes_stays_a_tensor():
    for value in (torch.tensor(True), np.array(False)):
        assert same(unpacked(*packed(value)), value)


def test_two_arrays_never_share_memory():
    first, second = unpacked(*packed([torch.zeros(4), torch.zeros(4)]))
    first += 1
    assert second.sum() == 0


@pytest.mark.parametrize(
    "value",
    [
        [0] * (wire_values.MAX_NODES + 1),
        1 << 5000,
        object(),
        np.array([object()]),
        torch.zeros(2, device="meta"),
        torch.zeros(1).expand(wire_values.MAX_BLOB),
    ],
)
def test_what_may_not_travel_is_refused_by_the_sender(value):
    with pytest.raises(wire_values.Unsendable):
        wire_values.Packer().pack(value)


def test_nesting_is_bounded():
    value = None
    for _ in range(wire_values.MAX_DEPTH + 2):
        value = [value]
    with pytest.raises(wire_values.Unsendable):
        wire_values.Packer().pack(value)


def test_lone_surrogates_become_escapes():
    assert unpacked(*packed("a\ud800b")) == "a\\ud800b"


def in_pieces(data: bytes, sizes: list[int]):
    """What fills an inbox with `data`, so many bytes at a time; then the connection ends."""
    stream, sizes = io.BytesIO(data), iter(sizes)

    def fill(view: memoryview) -> int:
        got = stream.readinto(view[: next(sizes, len(view))])
        if not got:
            raise EOFError
        return got

    return fill


@QUICK
@given(
    values, st.sampled_from([0, 3, 70_000]), st.sampled_from([0, 5, 70_000]), st.lists(st.integers(1, 40), max_size=9)
)
def test_a_message_arrives_whole_in_whatever_pieces(value, letters, numbers, sizes):
    value = [value, "x" * letters, torch.arange(numbers)]
    packer = wire_values.Packer()
    data = b"".join(framing.frame(answer(packer.pack(value)), packer.buffers))
    inbox = framing.Inbox(in_pieces(data, sizes))
    assert same(unpacked(*inbox.take()), value)
    with pytest.raises(EOFError):
        inbox.take()


def test_a_message_that_comes_with_another_is_malformed():
    data = b"".join(framing.frame(messages.Ready()))
    with pytest.raises(wire_values.Malformed):
        framing.Inbox(in_pieces(2 * data, [])).take()


def test_the_end_of_the_connection_is_an_end_of_file():
    data = b"".join(framing.frame(messages.Ready()))
    for length in range(len(data)):
        with pytest.raises(EOFError):
            framing.Inbox(in_pieces(data[:length], [])).take()


def test_every_axis_counts_at_least_one():
    """An array without an element has room for few rows: each of them is a list to whoever prints it."""
    for shape in ([1 << 20, 0], [0, 1 << 24, 0], [0] + [1 << 20] * 3):
        array = wire_values.Array("torch", "float32", shape)
        unpacker = wire_values.Unpacker(np.empty(0, np.uint8), room=1 << 20)
        with pytest.raises(wire_values.Malformed):
            unpacker.unpack(array)
        assert unpacker.room < 0
    fits = wire_values.Unpacker(np.empty(0, np.uint8), room=1 << 20).unpack(wire_values.Array("numpy", "bool", [9, 0]))
    assert fits.shape == (9, 0)


def test_an_inbox_takes_no_more_than_it_has_room_for():
    data = b"".join(framing.frame(answer(None)))
    inbox = framing.Inbox(io.BytesIO(data).readinto)
    inbox.room = 4
    with pytest.raises(wire_values.Malformed):
        inbox.take()
    assert inbox.room < 0


def test_the_kind_of_an_exception_is_a_builtins_name():
    def kind(name):
        return messages.Trouble(name, "Mine", "", "", 0, "", "").rebuild().kind

    assert [kind(name) for name in ("KeyError", "Input_3.14", "KeyboardInterrupt", "print")] == [
        "KeyError",
        *["Exception"] * 3,
    ]
