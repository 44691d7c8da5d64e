"""Formulas in LaTeX, drawn as MathML."""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import Element, tostring

from defusedxml import ElementTree
from latex2mathml.converter import convert

from proctor.reporting.feedback.macros import MacroError, Macros
from proctor.reporting.feedback.sanitize import MARKS, TooExpensiveError

_MAX_FORMULAS = 1000
"""Maximum formulas of a cell; each takes some time to convert, however short it is."""

_LONGEST = 4000
"""Maximum characters of a formula; longer ones are shown as code."""

_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_ELEMENTS = {
    "math", "menclose", "mfenced", "mfrac", "mi", "mn", "mo", "mover", "mpadded", "mphantom",
    "mroot", "mrow", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup", "mtable", "mtd",
    "mtext", "mtr", "munder", "munderover",
}  # fmt: skip
_ATTRIBUTES = {
    "accent", "accentunder", "columnalign", "columnspacing", "display", "displaystyle", "fence",
    "form", "largeop", "linethickness", "lspace", "mathcolor", "mathvariant", "maxsize", "minsize",
    "movablelimits", "notation", "rowspacing", "rspace", "scriptlevel", "separator", "stretchy",
    "symmetric", "width",
}  # fmt: skip
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}|[A-Za-z]{1,30}")
_LENGTH = re.compile(r"(-?)(\d{0,4}(?:\.\d*)?)\s?(em|ex|pt|px|mu|in|cm|mm|pc|%)?")
_NAMED_SPACE = re.compile(r"(?:negative)?(?:very){0,2}(?:thin|medium|thick)mathspace")
_LENGTHS = {"width", "lspace", "rspace", "minsize", "maxsize", "linethickness"}
_LARGEST = {
    "": 10, "em": 40, "ex": 80, "pt": 500, "px": 600, "mu": 700, "in": 7, "cm": 17, "mm": 170,
    "pc": 40, "%": 100,
}  # fmt: skip
"""Largest lengths by unit; a larger one would push the rest of the formula out of sight."""

_NEGATIVE = 0.05
"""The part of it that a negative length may have, which moves what follows over what precedes."""

_SCROLLED = '<span class="formula" tabindex="0">{}</span>'
"""A long formula can be scrolled, also with the keyboard."""


class Formulas:
    """The formulas of one text, which are inserted after sanitising, which would remove MathML."""

    def __init__(self, macros: Macros | None = None) -> None:
        """Begin with none.

        Args:
            macros: The definitions of earlier formulas.
        """
        self._macros = Macros() if macros is None else macros
        self._drawn: dict[int, str] = {}
        self._count = 0

    def mark(self, latex: str, *, display: bool) -> str:
        """Draw a formula, and return the mark that stands for it.

        Raises:
            TooExpensiveError: There are too many.
        """
        number, self._count = self._count, self._count + 1
        if number >= _MAX_FORMULAS:
            raise TooExpensiveError
        self._drawn[number] = mathml(latex, display=display, macros=self._macros)
        return f"\ue000{number}\ue001"

    def insert(self, text: str) -> str:
        """Put each formula in the place of its mark, once, and remove all other marks."""
        return MARKS.sub("", _MARK.sub(lambda found: self._drawn.pop(int(found[1]), ""), text))


_MARK = re.compile("\ue000(\\d{1,5})\ue001")


def mathml(latex: str, *, display: bool, macros: Macros | None = None) -> str:
    """Convert a formula to MathML, or to code if it can't be converted.

    Args:
        latex: The formula, without its dollar signs.
        display: Whether it is shown on a line of its own.
        macros: The definitions of earlier formulas.
    """
    if len(latex) > _LONGEST:
        return _as_code(latex, display=display)
    try:
        plain = _in_known_terms((Macros() if macros is None else macros).expand(latex))
    except MacroError:
        return _as_code(latex, display=display)
    if not plain:
        # It has only defined something.
        return ""
    # A line break outside of an environment breaks the formula's line.
    broken = [rf"\begin{{array}}{{l}}{plain}\end{{array}}"] if r"\\" in plain else []
    for attempt in (plain, *broken):
        drawn = _drawn(attempt, display=display)
        if drawn is not None:
            return _SCROLLED.format(drawn) if display else drawn
    return _as_code(latex, display=display)


def _drawn(latex: str, *, display: bool) -> str | None:
    if len(latex) > _LONGEST:
        return None
    # The library raises arbitrary exceptions on unknown input.
    try:
        return _checked(convert(latex, display="block" if display else "inline"))
    except Exception:
        return None


def _as_code(latex: str, *, display: bool) -> str:
    kind = ' class="formula"' if display else ""
    return f"<code{kind}>{html.escape(latex)}</code>"


_ENVIRONMENT = re.compile(r"\\(begin|end)\s*+\{([A-Za-z]{1,20})(\*?)\}")
_COLUMNS = re.compile(r"\s*+\{\d{1,2}\}")
_POSITION = re.compile(r"\s*+\[[tbc]\]")
_ALIGNED = {"align", "aligned", "alignat", "alignedat", "flalign"}
_CENTRED = {"gather", "gathered", "multline"}
_UNWRAPPED = {"equation", "displaymath", "math", "subequations"}
_IGNORED = re.compile(
    r"\\(?:label|eqref|ref|cite)\s*+\{[^{}]*+\}|\\(?:nonumber|notag|allowbreak|limits|strut)(?![A-Za-z])"
)
_SPACED_ROW = re.compile(r"\\\\\s*+\[\s*+-?[\d.]++\s*+[a-z]{2}\s*+\]")
_UNSTARRED = re.compile(r"\\(operatorname|hspace|vspace)\*")


def _in_known_terms(latex: str) -> str:
    """Replace environments and commands that the library lacks by ones with the same look.

    Equations are not numbered, as in Jupyter.
    """
    text = _SPACED_ROW.sub(r"\\\\ ", _IGNORED.sub("", latex))
    parts, position = [], 0
    for found in _ENVIRONMENT.finditer(text):
        if found.start() < position:
            continue
        parts.append(text[position : found.start()])
        position = found.end()
        opens, name = found[1] == "begin", found[2]
        after = _COLUMNS if name in ("alignat", "alignedat") else _POSITION
        if opens and (more := after.match(text, position)):
            position = more.end()
        parts.append(_environment(found, opens=opens, name=name))
    return "".join([*parts, text[position:]]).strip()


def _environment(found: re.Match[str], *, opens: bool, name: str) -> str:
    if name in _ALIGNED:
        return rf"\{found[1]}{{align*}}"
    if name in _CENTRED:
        return r"\begin{array}{c}" if opens else r"\end{array}"
    if name == "eqnarray":
        return r"\begin{array}{rcl}" if opens else r"\end{array}"
    if name == "dcases":
        return rf"\{found[1]}{{cases}}"
    return "" if name in _UNWRAPPED else found[0]


def _checked(drawn: str) -> str | None:
    """Return the formula, serialised from its checked tree; None if it is not only MathML.

    The library passes on any text in a formula, and HTML parses comments and the like differently
    from XML, so the output must be written from what was checked.
    """
    tree = ElementTree.fromstring(drawn)
    for element in tree.iter():
        element.tag = element.tag.removeprefix(_MATHML)
        if element.tag not in _ELEMENTS or not all(map(_is_allowed, *_pairs(element))):
            return None
    for table in tree.findall("mrow/mtable"):
        # In a table, sums and fractions would be small.
        table.set("displaystyle", "true")
    return tostring(tree, encoding="unicode", short_empty_elements=False)


def _pairs(element: Element) -> tuple[list[str], list[str]]:
    return list(element.attrib), list(element.attrib.values())


def _is_allowed(name: str, value: str) -> bool:
    if name == "mathcolor":
        return _COLOUR.fullmatch(value) is not None
    if name in _LENGTHS:
        return _is_short(value)
    return name in _ATTRIBUTES


def _is_short(value: str) -> bool:
    """Whether a length is one that no formula in earnest exceeds."""
    if _NAMED_SPACE.fullmatch(value):
        return True
    found = _LENGTH.fullmatch(value.strip())
    if found is None:
        return False
    number, unit = float(found[2].rstrip(".") or 0), found[3] or ""
    return number <= _LARGEST[unit] * (_NEGATIVE if found[1] else 1)
