"""SVG drawings that student code has shown, as pictures that can do nothing.

A browser runs no script and loads nothing in a picture. What is left to a hostile drawing is to
keep the browser busy, so a drawing is read and written anew from listed elements, without entities,
filters and animations, and what its references draw in all is counted.

https://www.w3.org/TR/SVG2/conform.html#secure-static-mode
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element, ParseError, tostring

from defusedxml import DefusedXmlException, ElementTree

from proctor.reporting.feedback.pictures import picture_data_url

_MAX_CHARACTERS = 4 * 1024 * 1024
_MAX_TAGS, _MAX_DEPTH = 100_000, 150
_MAX_DRAWN = 300_000
"""Maximum elements that are drawn, each as often as it is referred to."""

_CHARACTERS = 300
"""Characters of a path or text that count as another element."""

_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_ELEMENTS = {
    "a", "circle", "clipPath", "defs", "desc", "ellipse", "g", "image", "line", "linearGradient",
    "marker", "mask", "path", "pattern", "polygon", "polyline", "radialGradient", "rect", "stop",
    "style", "svg", "switch", "symbol", "text", "textPath", "title", "tspan", "use",
}  # fmt: skip
_REFERENCE = re.compile(r"url\(\s*+[\"']?#([\w.:-]++)[\"']?\s*+\)")
_UNSAFE = re.compile(r"url\s*\(|[\\@<]|/\*|image-set|expression|animation|filter", re.IGNORECASE)
_DATA = re.compile(r"data:(image/(?:png|jpeg|gif));base64,(.*)", flags=re.DOTALL)
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_ROOT = re.compile(r"<svg\b", flags=re.IGNORECASE)


def svg_data_url(text: str) -> str | None:
    """Return a drawing as a data URL; None if it is none, or would keep a browser busy."""
    root = _parsed(text)
    if root is None:
        return None
    root = _cleaned(root)
    if root is None or _drawn(root) > _MAX_DRAWN:
        return None
    root.set("xmlns", _SVG[1:-1])
    written = tostring(root, encoding="unicode")
    return f"data:image/svg+xml;base64,{base64.b64encode(written.encode()).decode()}"


def _parsed(text: str) -> Element | None:
    if len(text) > _MAX_CHARACTERS or text.count("<") > _MAX_TAGS:
        return None
    if "xlink:" in text and "xmlns:xlink" not in text:
        # Within HTML, it need not be declared.
        text = _ROOT.sub(f'<svg xmlns:xlink="{_XLINK[1:-1]}"', text, count=1)
    try:
        return ElementTree.fromstring(text.strip())
    except (ParseError, DefusedXmlException, ValueError):
        return None


def _cleaned(root: Element) -> Element | None:
    """Return a copy with only what is listed; None if it is no drawing, or nested too deeply."""
    if _name(root) != "svg":
        return None
    found = Element("svg", dict(_attributes(root)))
    found.text = root.text
    waiting = [(root, found, 1)]
    while waiting:
        element, copied, depth = waiting.pop()
        if depth > _MAX_DEPTH:
            return None
        for child in element:
            name = _name(child)
            if name not in _ELEMENTS or (name == "style" and not _is_safe_style(child)):
                continue
            added = Element(name, dict(_attributes(child)))
            added.text, added.tail = child.text, child.tail
            copied.append(added)
            waiting.append((child, added, depth + 1))
    return found


def _name(element: Element) -> str:
    """The name of an SVG element; of another one, and of a comment, one that is not listed."""
    name = str(element.tag)
    return name.removeprefix(_SVG) if name.startswith(_SVG) or "{" not in name else ""


def _is_safe_style(element: Element) -> bool:
    return len(element) == 0 and _UNSAFE.search(element.text or "") is None


def _attributes(element: Element) -> Iterator[tuple[str, str]]:
    for name, value in element.attrib.items():
        if name in ("href", f"{_XLINK}href"):
            address = _address(_name(element), value)
            if address is not None:
                yield "href", address
        elif name == _XML_SPACE:
            yield "xml:space", "preserve"
        elif "{" not in name and ":" not in name and _is_safe_attribute(name, value):
            yield name, value


def _address(element: str, value: str) -> str | None:
    """What an element may refer to: a part of the drawing, or a picture in it."""
    if element == "image":
        data = _DATA.fullmatch(value.strip())
        return picture_data_url({data[1]: data[2]}) if data else None
    return value if value.startswith("#") and element != "a" else None


def _is_safe_attribute(name: str, value: str) -> bool:
    if name.lower().startswith("on") or name in ("filter", "xmlns", "base", "target", "src"):
        return False
    # Only CSS and presentation attributes load anything, all by `url`.
    return _UNSAFE.search(_REFERENCE.sub("", value)) is None


def _drawn(root: Element) -> float:
    """How many elements are drawn, each as often as it is referred to; infinite in a circle."""
    by_id: dict[str, Element] = {}
    for element in root.iter():
        if name := element.get("id"):
            # Of several with one id, the first counts.
            by_id.setdefault(name, element)
    counted: dict[Element, float] = {}
    open_: set[Element] = set()
    waiting = [root]
    while waiting:
        element = waiting[-1]
        if element in counted:
            waiting.pop()
            continue
        parts = [*element, *_referred(element, by_id)]
        if element in open_:
            waiting.pop()
            open_.discard(element)
            counted[element] = _own(element) + sum(counted[part] for part in parts)
            continue
        open_.add(element)
        if any(part in open_ for part in parts):
            return float("inf")
        waiting += [part for part in parts if part not in counted]
    return counted[root] + _markers(root, counted)


def _own(element: Element) -> float:
    """What one element counts: more than one where it has a long path or text."""
    path = element.get("d", "") + element.get("points", "")
    return 1 + (len(path) + len(element.text or "")) / _CHARACTERS


def _markers(root: Element, counted: Mapping[Element, float]) -> float:
    """What markers draw at most: all at each corner of each path."""
    markers = sum(count for element, count in counted.items() if element.tag == "marker")
    paths = (element.get("d", "") + element.get("points", "") for element in root.iter())
    return markers * sum(map(len, paths)) / 2 if markers else 0.0


def _referred(element: Element, by_id: dict[str, Element]) -> Iterator[Element]:
    names = [element.get("href", "")[1:]]
    names += [found for value in element.attrib.values() for found in _REFERENCE.findall(value)]
    yield from (by_id[name] for name in names if name in by_id)
