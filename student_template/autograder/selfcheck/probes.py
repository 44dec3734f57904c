"""General probes: what must run beside the student's code because it cannot cross as data. Published, no secrets."""

import contextlib
import types
import warnings
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn


def call_reporting_changes(module: types.ModuleType, name: str, *args: Any) -> list:
    """`[answer, [positions of the arguments that the call changed]]` of `module.name(*args)`."""
    before = _copies(args)
    answer = getattr(module, name)(*args)
    changed = [
        i
        for i, (old, new) in enumerate(zip(before, args))
        if isinstance(old, torch.Tensor) and not (old.shape == new.shape and torch.equal(old, new.detach()))
    ]
    return [answer, changed]


def call_with_filled_memory(module: types.ModuleType, name: str, *args: Any) -> Any:
    """The answer of `module.name(*args)` while `torch.empty` is filled with NaN, so that unwritten memory shows."""
    with filled_memory():
        return getattr(module, name)(*args)


@contextlib.contextmanager
def filled_memory() -> Iterator[None]:
    """Meanwhile `torch.empty` and its like are filled with NaN."""
    # The public name would first import torch._inductor: seconds, in each worker. An operator without a deterministic
    # form warns, which is nobody's fault.
    switch = torch._C._set_deterministic_algorithms
    before = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    switch(True, warn_only=True)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*deterministic")
            yield
    finally:
        switch(before[0], warn_only=before[1])


def call_looking_for_traces(module: types.ModuleType, name: str, *args: Any) -> list:
    """`[[answer, answer again, answer with filled memory], [positions of the arguments that a call changed]]`."""
    first, changed = call_reporting_changes(module, name, *_copies(args))
    again, changed_again = call_reporting_changes(module, name, *_copies(args))
    return [[first, again, call_with_filled_memory(module, name, *args)], sorted({*changed, *changed_again})]


def _copies(args: tuple) -> list:
    return [a.clone() if isinstance(a, torch.Tensor) else a for a in args]


def parameter_shapes(module: types.ModuleType, layer: nn.Module) -> list:
    """`[[name, shape, number of elements], ...]` of the trainable parameters of `layer`."""
    return [[name, tuple(p.shape), p.numel()] for name, p in layer.named_parameters() if p.requires_grad]


def tensors_of_layer(module: types.ModuleType, layer: nn.Module) -> list:
    """`[what parameter_shapes says, [names of attributes that are tensors and nothing more]]`."""
    plain = [name for name, value in vars(layer).items() if isinstance(value, torch.Tensor)]
    return [parameter_shapes(module, layer), plain]


def set_parameters(module: types.ModuleType, layer: nn.Module, values: dict[str, torch.Tensor]) -> None:
    """Write `values` ({name: tensor}) into the parameters of `layer`, reshaped to each parameter's own shape."""
    named = dict(layer.named_parameters())
    with torch.no_grad():
        for name, value in values.items():
            named[name].copy_(value.reshape(named[name].shape))


def answers_of_layer(module: types.ModuleType, layer: nn.Module, *inputs: Any) -> list:
    """What the layer gives for each of the inputs, one after another."""
    return [layer(X) for X in inputs]


def forward_and_gradients(
    module: types.ModuleType, layer: nn.Module, X: torch.Tensor, upstream: torch.Tensor
) -> dict[str, Any]:
    """`{"output": layer(X), "gradients": {name: gradient or None}}` for the loss `(layer(X) * upstream).sum()`."""
    layer.zero_grad()
    output = layer(X)
    if output.requires_grad:
        (output * upstream).sum().backward()
    return {"output": output, "gradients": {name: p.grad for name, p in layer.named_parameters()}}
