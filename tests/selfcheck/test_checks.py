"""The judge and its comparisons: each rung of the ladder, what counts as equal, and what a hidden check may say."""

import functools
import re
import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import torch

from autograder.selfcheck import (
    Partial,
    Unhappy,
    assert_close,
    assert_equal,
    assert_no_trace,
    assert_raises,
    assert_true,
    context,
    draw,
    fail,
    generator,
    pattern,
    rules,
    worth,
)
from autograder.selfcheck.assignment import load_file
from autograder.selfcheck.explained import explained
from autograder.selfcheck.face import Face, LocalBackend, local_face
from autograder.selfcheck.judge import judge
from autograder.selfcheck.marks import Check, read_check
from autograder.selfcheck.probes import call_reporting_changes, call_with_filled_memory, set_parameters
from autograder.selfcheck.rules import Watch
from autograder.selfcheck.text import LANGUAGES, Text, choose
from autograder.selfcheck.trouble import Stopped


@pytest.fixture(autouse=True)
def english():
    """Messages are looked at in English, whatever this machine speaks; no call is remembered from the test before."""
    choose("en")
    context.begin("check_test", 0)
    yield
    choose(None)


def module(**names):
    made = types.ModuleType("corr2d")
    vars(made).update(names)
    return made


def check_of(function, points=2, exercise="corr2d", hidden=False):
    title = Text("corr2d does what it should", "corr2d 做到了该做的事")
    return Check("check_it", function, points, exercise, title, hidden)


def judged(function, student=None, hidden=False, forbidden=(), points=2):
    return judge(check_of(function, points, hidden=hidden), local_face(student or module()), 7, forbidden)


def rung(answer, expected, compare=assert_close, **options):
    """The rung at which `answer` is rejected; empty where it is accepted."""
    try:
        compare(answer, expected, **options)
    except Unhappy as error:
        assert error.text.en and error.text.zh and error.text.en != error.text.zh
        return error.rung
    return ""


# --- close ---------------------------------------------------------------------------------------------------------

X = torch.tensor([[19.0, 25.0], [37.0, 43.0]])


@pytest.mark.parametrize(
    "answer",
    [
        X,
        X.clone().requires_grad_(),
        X.double(),
        X.long(),
        X.to(torch.float16),
        X.numpy(),
        X.numpy().astype("float64"),
        torch.nn.Parameter(X),
        X.t().contiguous().t(),
        X + 3e-3,
    ],
    ids=["same", "graph", "double", "whole", "half", "array", "array64", "parameter", "strided", "tolerance"],
)
def test_close_accepts(answer):
    assert rung(answer, X) == ""


@pytest.mark.parametrize(
    ("answer", "where"),
    [
        (None, "type"),
        ("19", "type"),
        ([[19.0, 25.0], [37.0, 43.0]], "type"),
        (19.0, "type"),
        (object(), "type"),
        (X[0], "shape"),
        (X[None], "shape"),
        (X.reshape(4), "shape"),
        (torch.tensor(19.0), "shape"),
        (X[:, :1], "shape"),
        (X > 0, "dtype"),
        (X.to(torch.complex64), "dtype"),
        (torch.full((2, 2), torch.nan), "finite"),
        (X / 0, "finite"),
        (X + 1, "values"),
        (X.t(), "values"),
        (-X, "values"),
        (X * 1.001, "values"),
    ],
)
def test_close_rejects(answer, where):
    assert rung(answer, X) == where


def test_close_never_broadcasts():
    ones = torch.ones(3, 3)
    for answer in (
        torch.tensor(1.0),
        torch.ones(3),
        torch.ones(1, 3),
        torch.ones(3, 1),
        torch.ones(1, 1),
        np.float32(1),
    ):
        assert rung(answer, ones) in ("shape", "type")
    assert rung(torch.ones(3, 0), torch.ones(3, 1)) == rung(torch.ones(3, 3), torch.ones(3, 0)) == "shape"
    assert rung(torch.ones(3, 0), torch.ones(3, 0)) == ""


def test_close_of_a_number():
    for answer in (0.5, torch.tensor(0.5), np.array(0.5), torch.tensor(0.5, dtype=torch.float64)):
        assert rung(answer, 0.5) == ""
    for answer in (True, None, "0.5", [0.5]):
        assert rung(answer, 0.5) == "type"
    assert rung(torch.tensor([0.5]), 0.5) == "shape"
    assert rung(float("nan"), 0.5) == "finite"
    assert rung(0.6, 0.5) == "values"
    assert rung(1, 0.5) == "dtype"


def test_close_measures_by_the_largest_value():
    expected = torch.tensor([1000.0, 0.0])
    assert rung(expected + torch.tensor([0.0, 0.09]), expected) == ""
    assert rung(expected + torch.tensor([0.0, 0.11]), expected) == "values"
    assert rung(torch.tensor([1.0005]), torch.tensor([1.0]), rtol=1e-3) == ""


def test_close_knows_what_was_rounded():
    assert rung(torch.tensor([0, 1]), torch.tensor([0.5, 1.5])) == "dtype"
    assert rung(torch.tensor([1, 1]), torch.tensor([1.0, 2.0])) == "values"


def test_a_count_is_not_called_rounded():
    for answer, words in (
        (0, "rounded"),
        (3, "gave 3 at"),
        (torch.tensor([0, 2]), "rounded"),
        (torch.tensor(1), "gave 1"),
    ):
        expected = torch.tensor([-0.25, 1.75]) if isinstance(answer, torch.Tensor) and answer.dim() else 0.75
        with pytest.raises(Unhappy) as caught:
            assert_close(answer, expected)
        assert words in caught.value.text.en and caught.value.rung == "dtype"


@pytest.mark.parametrize("due", [float("inf"), float("nan")])
def test_what_is_due_must_be_finite(due):
    """Beside an infinite number every other one would be close."""
    with pytest.raises(ValueError, match="what is due is not finite"):
        assert_close(torch.tensor([7.0, due]), torch.tensor([1.0, due]))


@pytest.mark.parametrize(
    "answer",
    [
        torch.zeros(1_000_000, 0),
        torch.zeros(0, 1_000_000),
        torch.zeros(1 << 20),
        np.zeros((1_000_000, 0, 2)),
        {"\x01" * 100_000: 0},
        {("a" * 1000,) * 1000: "b" * 1000},
        "c" * 1_000_000,
        2**4000,
        -(10**9999),
        [2**4000] * 12,
        functools.reduce(lambda inner, _: [inner] * 12, range(4), 0),
        functools.reduce(lambda inner, _: {"k": inner, "l": inner}, range(14), None),
    ],
    ids=["rows", "columns", "long", "array", "key", "keys", "text", "int", "negative", "ints", "lists", "dicts"],
)
def test_any_answer_is_described_in_a_few_words(answer):
    """Small as it is on the wire, an answer may be long where it is written out."""
    started = time.perf_counter()
    for due in (1.5, (1, 2), torch.zeros(2, 2)):
        compare = assert_equal if isinstance(due, tuple) else assert_close
        with pytest.raises(Unhappy) as unhappy:
            compare(answer, due)
        assert len(unhappy.value.text.en) + len(unhappy.value.text.zh) < 20_000
    assert time.perf_counter() - started < 2


def test_the_message_says_call_place_and_both_values():
    face = local_face(module(corr2d=lambda X, K: torch.tensor([[19.0, 25.0], [37.0, 44.0]])))
    answer = face.corr2d(torch.ones(3, 3), torch.ones(2, 2))
    with pytest.raises(Unhappy) as caught:
        assert_close(answer, X)
    assert "corr2d(3×3 tensor, 2×2 tensor)" in caught.value.text.en
    assert "gave 44 at [1, 1]; expected 43 (1 of 4 elements differ)" in caught.value.text.en
    assert "[[19, 25], [37, 44]]" in caught.value.text.en and "[[19, 25], [37, 43]]" in caught.value.text.zh
    assert "在 [1, 1] 处得到 44；应为 43" in caught.value.text.zh


def test_a_shape_of_one_axis_reads_as_a_shape():
    with pytest.raises(Unhappy) as caught:
        assert_close(torch.ones(3), torch.ones(2))
    assert (
        "gave shape (3,); expected (2,)" in caught.value.text.en
        and "结果形状是 (3,)；应为 (2,)" in caught.value.text.zh
    )


def test_none_is_told_about_return():
    with pytest.raises(Unhappy) as caught:
        assert_close(None, X)
    assert "`return`" in caught.value.text.en and "`return`" in caught.value.text.zh


# --- equal ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (3, 3),
        (10**24, 10**24),
        (True, True),
        ("relu", "relu"),
        (None, None),
        (0.5, 0.5),
        ((1, 2), (1, 2)),
        ([1, 2], (1, 2)),
        (torch.Size([1, 2]), (1, 2)),
        ([("Conv2d", [1, 6])], [("Conv2d", (1, 6))]),
        ((), []),
    ],
)
def test_equal_accepts(answer, expected):
    assert rung(answer, expected, assert_equal) == ""


@pytest.mark.parametrize(
    ("answer", "expected", "where"),
    [
        (3.0, 3, "type"),
        (True, 1, "type"),
        (1, True, "type"),
        (0, False, "type"),
        ("3", 3, "type"),
        (None, 0, "type"),
        (torch.tensor(3), 3, "type"),
        ((3.0, 2), (3, 2), "type"),
        ((True, 2), (1, 2), "type"),
        (3, (3, 3), "type"),
        ((1, 2, 3), (1, 2), "shape"),
        ((), (1,), "shape"),
        (4, 3, "values"),
        ((2, 1), (1, 2), "values"),
        (10**24 + 1, 10**24, "values"),
        (float("nan"), 0.5, "values"),
    ],
)
def test_equal_rejects(answer, expected, where):
    assert rung(answer, expected, assert_equal) == where


# --- raises, true, fail --------------------------------------------------------------------------------------------


def refuse(error):
    def function(*args):
        raise error

    return function


def raising(error, kind=ValueError):
    student = module(same_padding=refuse(error))
    return judged(lambda s: assert_raises(kind, lambda: s.same_padding((2, 3))), student)


def test_raises_accepts_the_kind_and_its_children():
    class Uneven(ValueError):
        pass

    assert raising(ValueError("even")).status == raising(Uneven("even")).status == "passed"


def test_raises_rejects_another_kind_no_kind_and_the_stub():
    assert raising(TypeError("even")).status == "error"
    assert raising(NotImplementedError(), RuntimeError).status == "not_run"  # a RuntimeError, but nobody's answer
    verdict = judged(lambda s: assert_raises(ValueError, lambda: s.f()), module(f=lambda: (1, 1)))
    assert verdict.status == "failed" and "should raise ValueError, but gave back (1, 1)" in str(verdict.message)


def test_raises_wants_the_exception_of_the_student_not_of_the_check():
    def check(student):
        assert_raises(ValueError, lambda: int("no number"))

    assert judged(check).status == "failed"


def test_true_and_fail_speak_for_themselves():
    assert_true(True, "no", "否")
    verdict = judged(lambda s: assert_true(False, "it must hold", "必须成立"))
    assert (verdict.status, str(verdict.message)) == ("failed", "it must hold")
    choose("zh-CN")
    assert str(judged(lambda s: fail("it must hold", "必须成立")).message) == "必须成立"


# --- drawing -------------------------------------------------------------------------------------------------------


def test_drawn_inputs_depend_on_seed_and_check_alone():
    def drawn(check, seed):
        context.begin(check, seed)
        torch.rand(3)
        return draw(generator(), 40)

    assert torch.equal(drawn("check_a", 1), drawn("check_a", 1))
    assert not torch.equal(drawn("check_a", 1), drawn("check_b", 1))
    assert not torch.equal(drawn("check_a", 1), drawn("check_a", 2))
    values = drawn("check_a", 1)
    assert torch.equal(values * 8, (values * 8).round()) and bool((values != 0).all()) and bool((values < 0).any())
    assert values.dtype == torch.float32 and float(values.abs().max()) <= 4


def test_patterns_are_fixed_and_lopsided():
    P = pattern(3, 4)
    assert torch.equal(P, pattern(3, 4)) and not torch.equal(P, pattern(3, 4, salt=1))
    assert torch.equal(P * 8, (P * 8).round()) and bool((P < 0).any())
    assert not torch.equal(P, P.flip(0)) and not torch.equal(P, P.flip(1))


# --- marks ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "exercise"), [(0, "f"), (-1, "f"), ("2", "f"), (True, "f"), (1, ""), (1, "a b"), (1, None)]
)
def test_worth_refuses(points, exercise):
    with pytest.raises(ValueError, match="@worth"):
        worth(points, exercise)


def test_a_check_that_is_not_complete_is_refused():
    @worth(1, "f")
    def check_two(student, other):
        """Title"""

    @worth(1, "f")
    def check_untitled(student):
        pass

    def check_unmarked(student):
        """Title"""

    for function, why in (
        (check_two, "exactly one parameter"),
        (check_untitled, "docstring"),
        (check_unmarked, "@worth"),
    ):
        with pytest.raises(ValueError, match=why):
            read_check(function, False, "checks_public.py")


def test_titles_are_the_two_paragraphs():
    @worth(1.5, "f")
    def check_f(student):
        """f adds
        two numbers

        f 把两个数
        相加
        """

    check = read_check(check_f, True, "checks_hidden.py")
    assert (check.points, check.hidden, check.title.en) == (1.5, True, "f adds two numbers")
    assert check.title.zh == "f 把两个数相加"


# --- judge ---------------------------------------------------------------------------------------------------------


def raise_(error):
    raise error


@pytest.mark.parametrize(
    "error",
    [
        SystemExit(0),
        GeneratorExit(),
        pytest.skip.Exception("no"),
        pytest.fail.Exception("no"),
        pytest.exit.Exception("no"),
        AssertionError(),
        StopIteration(),
        RecursionError(),
        BaseExceptionGroup("two", [SystemExit()]),
    ],
    ids=lambda e: type(e).__name__,
)
def test_no_check_can_remove_itself(error):
    """Whatever a check raises, and whatever the student's code raises in it, leaves 0 of the maximum."""
    for verdict in (
        judged(lambda s: raise_(error)),
        judged(lambda s: s.corr2d(), module(corr2d=lambda: raise_(error))),
    ):
        assert verdict.status in ("failed", "error") and verdict.earned == 0 and verdict.check.points == 2
        assert str(verdict.message)


def test_the_checks_own_exception_is_kept_for_the_instructor_and_the_students_is_not_taken_for_it():
    own = judged(lambda s: s.f() + undefined, module(f=lambda: 1))  # noqa: F821  that is the fault
    assert own.status == "failed" and own.broke.startswith("NameError: name 'undefined'") and not own.detail
    theirs = judged(lambda s: s.f(), module(f=lambda: raise_(ValueError("mine"))))
    assert theirs.status == "error" and theirs.detail == "mine" and not theirs.broke
    assert not judged(lambda s: fail("no", "否")).broke and not judged(lambda s: raise_(AssertionError())).broke
    before = judged(lambda s: raise_(ZeroDivisionError()))  # no question was asked, so no answer was to blame
    assert before.status == "failed" and "not your fault" in before.message.en and "老师" in before.message.zh


def test_only_ctrl_c_gets_out():
    with pytest.raises(KeyboardInterrupt):
        judged(lambda s: raise_(KeyboardInterrupt()))


def test_statuses():
    assert judged(lambda s: None).status == "passed"
    assert judged(lambda s: s.corr2d).status == "failed"
    assert judged(lambda s: s.corr2d(), module(corr2d=refuse(ZeroDivisionError("x")))).status == "error"
    assert judged(lambda s: raise_(Stopped("timeout", "too slow", "太慢"))).status == "timeout"
    assert judged(lambda s: raise_(Stopped("killed", "too big", "太大"))).status == "killed"


def test_partial_points_stay_within_the_maximum():
    for points, earned in ((1, 1), (0.5, 0.5), (0, 0), (-3, 0), (9, 2)):
        verdict = judged(lambda s, points=points: raise_(Partial(points, "half way", "一半")), hidden=True)
        assert (verdict.status, verdict.earned, str(verdict.message)) == ("failed", earned, "half way")


def test_a_missing_name_is_told_with_its_neighbour():
    verdict = judged(lambda s: s.corr2d(X, X), module(corr2D=lambda X, K: X))
    said = str(verdict.message)
    assert verdict.rung == "missing" and "defines no `corr2d`" in said and "`corr2D`" in said


def test_an_unwritten_exercise_is_no_error_to_be_scolded_for():
    verdict = judged(lambda s: s.corr2d(X, X), module(corr2d=lambda X, K: raise_(NotImplementedError())))
    assert "`corr2d` is not written yet" in str(verdict.message)


def test_a_plain_assert_of_a_check_is_a_failure():
    def check(student):
        assert student.corr2d() == 4

    assert judged(check, module(corr2d=lambda: 5)).status == "failed"


def test_a_check_that_stumbles_over_an_odd_answer_is_a_failure():
    verdict = judged(lambda s: s.corr2d().shape, module(corr2d=lambda: 5))
    assert verdict.status == "failed" and "cannot be used" in str(verdict.message)


def test_messages_come_in_both_languages():
    student = module(corr2d=lambda X, K: X + 1, conv2d=lambda: raise_(ValueError("odd")))
    checks = (
        lambda s: assert_close(s.corr2d(X, X), X),
        lambda s: s.conv2d(),
        lambda s: s.pool2d,
        lambda s: assert_equal(s.corr2d(1, 2), 3),
        lambda s: assert_raises(ValueError, lambda: s.corr2d(X, X)),
    )
    for check in checks:
        for hidden in (False, True):
            choose("en")
            english = str(judged(check, student, hidden).message)
            choose("zh-CN")
            chinese = str(judged(check, student, hidden).message)
            assert english.isascii() or not re.search("[\u4e00-\u9fff]", english)
            assert re.search("[\u4e00-\u9fff]", chinese)


# --- what a hidden check may say -----------------------------------------------------------------------------------

HIDDEN_INPUT, HIDDEN_ANSWER = 3.14159, 2.71828


class Tells(Exception):
    """Its text is its argument."""


def telling_type(X, K):
    raise type(f"Input{float(X[0, 0]):.5f}", (Exception,), {})()


@pytest.mark.parametrize(
    "corr2d",
    [
        lambda X, K: X,
        lambda X, K: None,
        lambda X, K: X[0],
        lambda X, K: X > 0,
        lambda X, K: X / 0,
        lambda X, K: str(X),
        lambda X, K: raise_(ValueError(str(X))),
        lambda X, K: raise_(Tells(X)),
        lambda X, K: raise_(KeyError(float(X[0, 0]))),
        telling_type,
    ],
    ids=["values", "none", "shape", "dtype", "finite", "type", "text", "own type", "key", "telling type"],
)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_hidden_messages_tell_neither_input_nor_answer(corr2d, lang):
    def check(student):
        assert_close(student.corr2d(torch.full((2, 3), HIDDEN_INPUT), X), torch.full((2, 3), HIDDEN_ANSWER))

    choose(lang)
    verdict = judged(check, module(corr2d=corr2d), hidden=True)
    assert verdict.status in ("failed", "error") and check_of(check).title.within(lang) in str(verdict.message)
    assert not re.search(r"3\.14|2\.71|2×3|2, 3", str(verdict.message)), str(verdict.message)


def test_hidden_words_of_a_check_are_kept_unless_revealed():
    for raiser in (
        lambda s: fail("input was 3.14159", "输入是 3.14159"),
        lambda s: assert_true(False, "3.14159", "3.14159"),
        lambda s: raise_(AssertionError("3.14159")),
        lambda s: raise_(ZeroDivisionError("3.14159")),
    ):
        assert "3.14159" not in str(judged(raiser, hidden=True).message)
    assert "only this way" in str(judged(lambda s: fail("only this way", "只能这样", reveal=True), hidden=True).message)


def test_a_hidden_check_names_the_rung_and_the_kind_and_no_line():
    wrong = judged(lambda s: assert_close(s.corr2d(), X), module(corr2d=lambda: X[0]), hidden=True)
    assert "wrong shape" in str(wrong.message)
    raised = judged(lambda s: s.corr2d(), module(corr2d=refuse(ValueError("3.14159"))), hidden=True)
    assert "ValueError" in str(raised.message) and "test_checks.py" not in str(raised.message)


# --- the face ------------------------------------------------------------------------------------------------------


def test_a_check_keeps_its_own_inputs():
    def spoils(X):
        X.zero_()
        return X

    def check(student):
        mine = torch.ones(2)
        student.corr2d(mine)
        assert bool((mine == 1).all())

    assert judged(check, module(corr2d=spoils)).status == "passed"


def test_answers_are_fresh_plain_data():
    kept = torch.ones(2, requires_grad=True)
    student = module(corr2d=lambda: kept, shape=lambda: torch.Size([1, 2]), number=lambda: np.float32(0.5), SIZE=3)
    face = local_face(student)
    answer = face.corr2d()
    assert not answer.requires_grad and type(answer) is torch.Tensor
    answer += 1
    assert bool((kept == 1).all())
    assert face.shape() == (1, 2) and type(face.shape()) is tuple
    assert type(face.number()) is float and face.SIZE == 3


def test_several_inputs_are_one_question_and_each_answer_has_its_case():
    asked = []

    def double(x):
        asked.append(x)
        return 2 * x

    def check(student):
        for (x,), answer in student.double.each((x,) for x in (1, 5, 3)):
            assert asked == [1, 5, 3]
            assert_equal(answer, min(2 * x, 2))

    verdict = judged(check, module(double=double))
    assert "double(5)` gave 10; expected 2" in str(verdict.message)
    assert [call.args for call in verdict.calls] == [(1,), (5,)]


def test_an_exception_comes_when_its_case_does_and_ends_the_question():
    def half(x):
        asked.append(x)
        return 10 / x

    def check(student, wanted):
        for (_, answer), right in zip(student.half.each([(5,), (0,), (1,)]), wanted):
            assert_equal(answer, right)

    for wanted, status in [([3.0, 0.0], "failed"), ([2.0, 0.0], "error")]:
        asked = []
        verdict = judged(lambda student, wanted=wanted: check(student, wanted), module(half=half))
        assert verdict.status == status and asked == [5, 0]
    assert "half(0)` raised ZeroDivisionError" in str(verdict.message)


def test_no_input_is_no_question():
    def check(student):
        assert list(student.boom.each([])) == []

    def boom():
        raise ValueError

    verdict = judged(check, module(boom=boom))
    assert verdict.status == "passed" and not verdict.calls


def test_a_trace_is_found_in_any_case():
    def leaves_seven(X):
        X[0] = 7 if len(X) == 3 else X[0]
        return torch.ones(2)

    def check(student):
        assert_no_trace(student, "leaves_seven", lambda X: torch.ones(2), [(torch.zeros(n),) for n in (2, 3)])

    verdict = judged(check, module(corr2d=0, leaves_seven=leaves_seven))
    assert "`leaves_seven` changes what it is given" in str(verdict.message)


def test_objects_are_handles():
    class Conv2D(torch.nn.Module):
        def __init__(self, kernel_size):
            super().__init__()
            self.weight = torch.nn.Parameter(torch.zeros(kernel_size))

        def forward(self, X):
            return X * self.weight.sum()

    def check(student):
        layer = student.Conv2D((2, 3))
        student.probe(set_parameters, layer, {"weight": torch.ones(6)})
        assert_close(layer.weight, torch.ones(2, 3))
        assert_close(layer(torch.ones(2)), torch.full((2,), 6.0))

    verdict = judged(check, module(corr2d=1, Conv2D=Conv2D))
    assert verdict.status == "passed", str(verdict.message)


def test_probes_see_changed_inputs_and_unwritten_memory():
    def spoils(X):
        X += 1
        return X

    def check_changes(student):
        assert student.probe(call_reporting_changes, "corr2d", torch.ones(2))[1] == [0]

    def check_memory(student):
        assert bool(student.probe(call_with_filled_memory, "corr2d", 3).isnan().all())

    assert judged(check_changes, module(corr2d=spoils)).status == "passed"
    assert judged(check_memory, module(corr2d=lambda n: torch.empty(n))).status == "passed"
    assert not torch.are_deterministic_algorithms_enabled()


# --- by-hand rules -------------------------------------------------------------------------------------------------

CONVOLUTIONS, POOLS = ("*::*convolution*", "*::*conv?d*", "*::*conv_*"), ("*::*pool*",)
IMAGE, KERNEL = torch.arange(12.0).reshape(1, 1, 3, 4), torch.ones(1, 1, 2, 2)
functional_alias = torch.nn.functional.conv2d


def in_thread(function):
    def run():
        found = []
        thread = threading.Thread(target=lambda: found.append(function()))
        thread.start()
        thread.join()
        return found[0]

    return run


def in_pool(function):
    def run():
        with ThreadPoolExecutor(1) as pool:
            return pool.submit(function).result()

    return run


def conv():
    return torch.conv2d(IMAGE, KERNEL)


def conv_of(image):
    return torch.conv2d(image, KERNEL)


def without_gradients():
    with torch.no_grad():
        return torch.nn.functional.conv2d(IMAGE, KERNEL)


def in_inference_mode():
    with torch.inference_mode():
        return torch.nn.functional.conv2d(IMAGE, KERNEL)


@pytest.mark.parametrize(
    "hides",
    [
        conv,
        lambda: functional_alias(IMAGE, KERNEL),
        lambda: torch.ops.aten.conv2d(IMAGE, KERNEL),
        lambda: torch.ops.aten.convolution(IMAGE, KERNEL, None, [1, 1], [0, 0], [1, 1], False, [0, 0], 1),
        lambda: torch._C._nn.slow_conv3d(IMAGE[None], KERNEL[None], [1, 2, 2], None, [1, 1, 1], [0, 0, 0]),
        lambda: getattr(torch, "conv" + "2d")(IMAGE, KERNEL),
        lambda: torch.nn.Conv2d(1, 1, 2)(IMAGE),
        lambda: torch.nn.LazyConv2d(1, 2)(IMAGE),
        lambda: torch.nn.functional.conv1d(IMAGE[0, :, :2], KERNEL[0]),
        lambda: torch.nn.functional.conv_transpose2d(IMAGE, KERNEL),
        lambda: torch.conv3d(IMAGE[None], KERNEL[None]),
        lambda: torch.jit.trace(conv_of, (IMAGE,))(IMAGE),
        lambda: torch.ops.aten.convolution_backward(
            torch.ones(1, 1, 2, 2),
            torch.ones(1, 1, 3, 3),
            torch.ones(1, 1, 2, 2),
            None,
            [1, 1],
            [0, 0],
            [1, 1],
            False,
            [0, 0],
            1,
            [True, True, False],
        ),
        without_gradients,
        in_inference_mode,
        in_thread(conv),
        in_pool(conv),
        in_thread(in_thread(conv)),
        lambda: torch.func.vmap(lambda image: torch.conv2d(image, KERNEL))(IMAGE[None]),
    ],
    ids=[
        "torch",
        "alias",
        "aten",
        "decomposed",
        "slow",
        "by string",
        "module",
        "lazy",
        "one axis",
        "transposed",
        "three axes",
        "traced",
        "backward",
        "no grad",
        "inference",
        "thread",
        "pool",
        "thread in thread",
        "vmap",
    ],
)
@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")  # a way that students may take
def test_no_name_hides_a_convolution(hides):
    with Watch(CONVOLUTIONS) as watch:
        hides()
    assert watch.reached


@pytest.mark.parametrize(
    "hides",
    [
        lambda: torch.nn.functional.max_pool2d(IMAGE, 2),
        lambda: torch.nn.MaxPool2d(2, return_indices=True)(IMAGE),
        lambda: torch.nn.functional.avg_pool2d(IMAGE, 2),
        lambda: torch.nn.AdaptiveAvgPool2d(2)(IMAGE),
        lambda: torch.nn.functional.adaptive_max_pool2d(IMAGE, 2),
        lambda: torch.nn.functional.max_pool1d(IMAGE[0], 2),
        lambda: torch.nn.FractionalMaxPool2d(2, output_size=2)(IMAGE),
        lambda: torch.nn.functional.lp_pool2d(IMAGE, 2.0, 2),
        lambda: torch.ops.aten.max_pool2d_with_indices(IMAGE, [2, 2]),
    ],
    ids=["max", "indices", "avg", "adaptive", "adaptive max", "one axis", "fractional", "lp", "aten"],
)
def test_no_name_hides_a_pooling(hides):
    with Watch(POOLS) as watch:
        hides()
    assert watch.reached


def test_by_hand_tools_stay_free():
    X = IMAGE[0, 0]
    with Watch(CONVOLUTIONS + POOLS) as watch:
        torch.nn.functional.pad(X, (1, 1))
        torch.nn.functional.unfold(IMAGE, 2)
        X.unfold(0, 2, 1).amax(-1)
        torch.einsum("ij,ij->", X, X)
        torch.fft.irfft2(torch.fft.rfft2(X))
        X.as_strided((2, 2), (4, 1)).sum()
        torch.stack([X.max(), X.mean()])
    assert watch.reached == []


def test_the_watch_leaves_nothing_behind():
    before = threading.Thread._bootstrap_inner
    with pytest.raises(ZeroDivisionError), Watch(CONVOLUTIONS):
        raise_(ZeroDivisionError())
    assert threading.Thread._bootstrap_inner is before
    with Watch(CONVOLUTIONS) as watch:
        pass
    conv()
    assert watch.reached == []


def test_a_watched_operator_still_has_its_gradient():
    kernel = KERNEL.clone().requires_grad_()
    with Watch(CONVOLUTIONS) as watch:
        torch.conv2d(IMAGE, kernel).sum().backward()
    seen, kernel.grad = kernel.grad, None
    torch.conv2d(IMAGE, kernel).sum().backward()
    assert torch.equal(seen, kernel.grad) and "aten::conv2d" in watch.reached


def test_two_copies_of_the_module_watch_in_turns():
    """As in a notebook, where each of otter's test files has its own."""
    other = load_file(Path(rules.__file__), "a_copy_of_rules")
    for Look in (Watch, other.Watch, Watch):
        with Look(CONVOLUTIONS) as watch:
            conv()
        assert watch.reached == ["aten::conv2d"]


def test_a_broken_rule_is_said_in_hidden_checks_too():
    student = module(corr2d=lambda X, K: torch.conv2d(X, K))
    for hidden in (False, True):
        verdict = judged(
            lambda s: assert_close(s.corr2d(IMAGE, KERNEL), torch.conv2d(IMAGE, KERNEL)), student, hidden, CONVOLUTIONS
        )
        assert verdict.status == "failed" and verdict.rung == "rule" and "by hand" in str(verdict.message)


def test_only_the_stubs_own_marker_is_not_written():
    module = types.ModuleType("lab")
    exec("from torch import nn\nclass Layer(nn.Module):\n    def foward(self, X):\n        return X", vars(module))
    face = local_face(module)

    @worth(1, "Layer")
    def check_layer(student):
        """Layer can be used

        Layer 可以使用
        """
        student.probe(use_layer)

    verdict = judge(
        read_check(check_layer, False, __file__), Face(LocalBackend(module, {"use_layer": use_layer}), "lab")
    )
    assert verdict.status == "error" and "no method called exactly `forward`" in verdict.message.en
    assert "forward" in verdict.message.zh and face


def use_layer(module):
    return module.Layer()(torch.zeros(1))


@pytest.mark.parametrize(
    ("code", "meaning"),
    [
        ("torch.zeros(1).sum().backward()", "the gradient is cut off"),
        (
            "torch.nn.Linear(3, 2)(torch.zeros(1, 5))",
            "the data come with 5 numbers a sample, and the dense layer is made for 3",
        ),
        ("torch.nn.Conv2d(2, 1, 1)(torch.zeros(1, 3, 4, 4))", "made for 2 input channels, and 3 come"),
        ("torch.zeros(2) + torch.zeros(3)", "differ in size along one axis: 2 against 3"),
        ("bool(torch.zeros(2) == 0)", "one yes or no is needed"),
        ("float(torch.zeros(2))", "which one, or is a `.sum()` missing"),
        ("torch.nn.Parameter(torch.zeros(1)).add_(1)", "under `with torch.no_grad():`"),
        ("torch.nn.Conv2d(1, 1, 5)(torch.zeros(1, 1, 3, 3))", "smaller than the window"),
        ("torch.zeros(2)[0:1].copy_(torch.zeros(2))", "does not fit the place"),
        ("torch.zeros(2, 2) @ torch.zeros(2, 2).double()", "two dtypes meet"),
        ("None.shape", "something is None here"),
    ],
)
def test_what_torch_complains_of_is_explained_in_both_languages(code, meaning):
    with pytest.raises(Exception) as caught:  # noqa: PT011  # whatever this version of torch raises
        eval(code)
    said = explained(str(caught.value))
    assert meaning in said.en and said.zh.startswith("意思是：")
