"""What checks import, and what students run on their own machine."""

from .compare import assert_close, assert_equal, assert_no_trace, assert_raises, assert_true, fail
from .context import draw, generator, pattern
from .marks import given, worth
from .trouble import Partial, Unhappy

__all__ = ["Partial", "Unhappy", "assert_close", "assert_equal", "assert_no_trace", "assert_raises", "assert_true", "draw",
           "fail", "generator", "given", "pattern", "worth"]
