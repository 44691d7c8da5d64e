"""Change one operator, constant, call or statement of a solution at a time.

A mutant that the judge accepts shows either a hole in the hidden test or a change that makes no
difference (DeMillo, Lipton and Sayward, "Hints on Test Data Selection", IEEE Computer, 1978).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

_SWAPPED: dict[type[cst.CSTNode], list[cst.CSTNode]] = {
    cst.Add: [cst.Subtract()],
    cst.Subtract: [cst.Add()],
    cst.Multiply: [cst.Divide()],
    cst.Divide: [cst.Multiply()],
    cst.AddAssign: [cst.SubtractAssign()],
    cst.SubtractAssign: [cst.AddAssign()],
    cst.GreaterThan: [cst.GreaterThanEqual(), cst.LessThan()],
    cst.GreaterThanEqual: [cst.GreaterThan(), cst.LessThan()],
    cst.LessThan: [cst.LessThanEqual(), cst.GreaterThan()],
    cst.LessThanEqual: [cst.LessThan(), cst.GreaterThan()],
    cst.Equal: [cst.NotEqual()],
    cst.NotEqual: [cst.Equal()],
    cst.And: [cst.Or()],
    cst.Or: [cst.And()],
    cst.In: [cst.NotIn()],
}
"""Operators and what each is changed into; the space around them stays as it is."""

_RELATED = {
    "mean": ("sum", "max"),
    "maximum": ("minimum",),
    "dot": ("multiply",),
    "permutation": ("sort",),
    "zeros": ("ones",),
}
"""Functions and those for which a learner may take them."""


@dataclass(frozen=True)
class Mutant:
    """A solution with one change.

    Attributes:
        before: The changed piece of code as it was.
        after: As it is now.
        line: The line of the solution that it stands in, without indentation, as it was.
        code: The whole solution as it is now.
        number: The line's number, from 1.
    """

    before: str
    after: str
    line: str
    code: str
    number: int = 0

    @property
    def name(self) -> str:
        """What tells it from other mutants of the same solution."""
        return f"{self.line}  |  {self.before} -> {self.after}"


def mutants(code: str, lines: Collection[int] | None = None) -> Iterator[Mutant]:
    """Every mutant of a solution, in the order of its text; each text once.

    Args:
        code: The solution. Docstrings and what is only printed or drawn are left alone.
        lines: Numbers of the lines that may be changed; None: those in functions.

    Raises:
        libcst.ParserSyntaxError: It is no Python.
    """
    wrapper = MetadataWrapper(cst.parse_module(code))
    module = wrapper.module
    finder = _Finder(wrapper.resolve(PositionProvider), code.split("\n"), lines)
    module.visit(finder)
    seen = {code}
    for node, after, line, number in finder.found:
        try:
            changed = cst.ensure_type(module.deep_replace(node, after), cst.Module).code
        except cst.CSTValidationError:
            # Without space, as in return(not x), what is left would be another word.
            continue
        if changed not in seen:
            seen.add(changed)
            yield Mutant(_text(node), _text(after), line, changed, number)


def _text(node: cst.CSTNode) -> str:
    """A piece of code without the comments above it and the block below it."""
    match node:
        case cst.If() | cst.While():
            return f"condition {_text(node.test)}"
        case cst.SimpleStatementLine():
            return "; ".join(_text(statement) for statement in node.body)
    return cst.Module([]).code_for_node(node).strip()


class _Finder(cst.CSTVisitor):
    """Collects what could be changed, and into what."""

    def __init__(
        self,
        places: Mapping[cst.CSTNode, CodeRange],
        lines: Sequence[str],
        wanted: Collection[int] | None,
    ) -> None:
        super().__init__()
        self._places = places
        self._lines = lines
        self._wanted = wanted
        self._depth = 0
        self.found: list[tuple[cst.CSTNode, cst.CSTNode, str, int]] = []

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Look at a node, and below it."""
        if isinstance(node, cst.FunctionDef):
            self._depth += 1
        if isinstance(node, cst.Param | cst.Annotation | cst.Decorator):
            return False
        if isinstance(node, cst.SimpleStatementLine) and _is_left_alone(node.body[0]):
            return False
        if (changes := list(_changes(node))) and self._may_change(number := self._line_of(node)):
            line = self._lines[number - 1].split("#")[0].strip()
            self.found += [(node, after, line, number) for after in changes]
        # An f-string is changed as a whole or not at all.
        return not isinstance(node, cst.FormattedString)

    def on_leave(self, original_node: cst.CSTNode) -> None:
        """Note that a function ends."""
        if isinstance(original_node, cst.FunctionDef):
            self._depth -= 1

    def _may_change(self, number: int) -> bool:
        return self._depth > 0 if self._wanted is None else number in self._wanted

    def _line_of(self, node: cst.CSTNode) -> int:
        # A statement begins with the comments above it.
        if isinstance(node, cst.If | cst.While):
            node = node.test
        elif isinstance(node, cst.SimpleStatementLine):
            node = node.body[0]
        return self._places[node].start.line


def _is_left_alone(statement: cst.BaseSmallStatement) -> bool:
    """Whether a statement is a docstring, or does nothing but print or draw."""
    if not isinstance(statement, cst.Expr):
        return False
    value = statement.value
    shows = isinstance(value, cst.Call) and (
        _called(value) == "print" or _text(value.func).startswith("plt.")
    )
    return shows or isinstance(value, cst.SimpleString | cst.ConcatenatedString)


def _changes(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    for after in _SWAPPED.get(type(node), ()):
        yield _with_space_of(node, after)
    match node:
        case cst.Integer():
            yield cst.parse_expression(str(int(node.value) + 1))
            if int(node.value) == 1:
                yield cst.Integer("0")
        case cst.Float():
            yield cst.parse_expression(str(float(node.value) + 1))
        case cst.Name(value="True" | "False"):
            yield cst.Name("False" if node.value == "True" else "True")
        case cst.SimpleString():
            yield cst.SimpleString('"another text"')
        case cst.UnaryOperation():
            yield node.expression
        case cst.Call():
            yield from _changed_calls(node)
        case cst.If() | cst.While():
            # Written as if(...), it has no space there, which a name needs.
            before = (
                "whitespace_before_test" if isinstance(node, cst.If) else "whitespace_after_while"
            )
            for value in ("True", "False"):
                space = {before: cst.SimpleWhitespace(" ")}
                yield node.with_changes(test=cst.Name(value), **space)
        case cst.SimpleStatementLine():
            if not isinstance(node.body[0], cst.Pass | cst.Import | cst.ImportFrom):
                yield node.with_changes(body=[cst.Pass()])


def _with_space_of(node: cst.CSTNode, after: cst.CSTNode) -> cst.CSTNode:
    space = {
        name: getattr(node, name)
        for name in ("whitespace_before", "whitespace_after")
        if hasattr(node, name) and hasattr(after, name)
    }
    return after.with_changes(**space)


def _changed_calls(call: cst.Call) -> Iterator[cst.CSTNode]:
    positional = [arg for arg in call.args if arg.keyword is None and not arg.star]
    if positional:
        yield positional[0].value
    elif isinstance(call.func, cst.Attribute):
        yield call.func.value
    for arg in call.args:
        if arg.keyword is not None:
            kept = [one for one in call.args if one is not arg]
            last = [kept[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)] if kept else []
            yield call.with_changes(args=[*kept[:-1], *last])
    if len(positional) >= 2:
        first, second, *rest = call.args
        swapped = [
            first.with_changes(value=second.value),
            second.with_changes(value=first.value),
        ]
        yield call.with_changes(args=[*swapped, *rest])
    if _called(call) == "range":
        for change in ("+ 1", "- 1"):
            stop = cst.parse_expression(f"{_text(positional[-1].value)} {change}")
            yield call.with_changes(args=[*call.args[:-1], cst.Arg(stop)])
    for related in _RELATED.get(_called(call), ()):
        if isinstance(call.func, cst.Attribute):
            yield call.with_changes(func=call.func.with_changes(attr=cst.Name(related)))


def _called(call: cst.Call) -> str:
    if isinstance(call.func, cst.Attribute):
        return call.func.attr.value
    return call.func.value if isinstance(call.func, cst.Name) else ""
