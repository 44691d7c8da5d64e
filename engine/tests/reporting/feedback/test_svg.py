import base64
import time

import pytest

from proctor.reporting.feedback.svg import svg_data_url

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" '
    '"http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">\n'
)
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\nrest").decode()


def svg(inside, **attributes):
    about = "".join(f' {name}="{value}"' for name, value in attributes.items())
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        f"{about}>{inside}</svg>"
    )


def read(text):
    url = svg_data_url(text)
    assert url is not None
    kind, _, data = url.partition(",")
    assert kind == "data:image/svg+xml;base64"
    return base64.b64decode(data).decode()


def test_a_figure_stays_what_it_is():
    inside = (
        "<metadata>about</metadata><defs><style type='text/css'>*{stroke-linejoin: round}</style>"
        '<clipPath id="c"><rect width="9"/></clipPath><path id="m" d="M 0 1 L 2 3"/></defs>'
        '<g clip-path="url(#c)" style="fill: #1f77b4; opacity: 0.5"><use xlink:href="#m" x="1"/>'
        f'<image xlink:href="data:image/png;base64,\n{PNG}" width="5"/></g>'
        '<text transform="rotate(-90)" xml:space="preserve">a &lt; b</text>'
    )
    drawn = read(HEAD + svg(inside, width="460.8pt", viewBox="0 0 460 345"))
    for part in (
        'viewBox="0 0 460 345"', "stroke-linejoin: round", 'clip-path="url(#c)"', 'href="#m"',
        'd="M 0 1 L 2 3"', f"data:image/png;base64,{PNG}", "fill: #1f77b4", "a &lt; b",
        "rotate(-90)",
    ):  # fmt: skip
        assert part in drawn
    assert "about" not in drawn


def test_one_from_html_need_not_name_its_namespaces():
    assert 'href="#a"' in read('<svg width="9"><g id="a"/><use xlink:href="#a"/></svg>')


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'>x<script/></body></foreignObject>",
        "<html xmlns='http://www.w3.org/1999/xhtml'><iframe src='http://evil'/></html>",
        "<image href='http://evil/x.png'/>",
        "<image href='data:image/svg+xml;base64,PHN2Zz4='/>",
        "<image href='data:image/png;base64,PHNjcmlwdD4='/>",
        "<use href='http://evil/x.svg#a'/><use href='data:image/svg+xml,x#a'/>",
        "<a href='javascript:alert(1)' target='_top'><text>x</text></a>",
        "<rect onload='alert(1)' ONCLICK='x' fill='url(http://evil)'/>",
        "<rect style='fill:url(//evil/x#a)'/><rect style='fill:u\\72l(http://evil)'/>",
        "<rect fill='url(#a) url(http://evil)' mask='image-set(\"http://evil\" 1x)'/>",
        "<style>@import 'http://evil';</style><style>rect{fill:url(http://evil)}</style>",
        "<style>/**/@font-face{src:url(http://evil)}</style><style><a>x</a></style>",
        "<animate attributeName='href' to='javascript:x'/><set/><animateTransform/>",
        "<filter id='f'><feImage href='http://evil'/></filter><rect filter='url(#f)'/>",
        "<g xml:base='http://evil/'><image src='http://evil'/></g>",
        "<handler xmlns='http://www.w3.org/2001/xml-events'>alert(1)</handler>",
        "<!-- <script>alert(1)</script> --><?xml-stylesheet href='http://evil'?>",
    ],
)
def test_nothing_runs_loads_or_moves(inside):
    drawn = read(svg(inside)).lower()
    for word in (
        "script", "evil", "foreign", "iframe", "onload", "onclick", "animate", "filter", "import",
        "html xmlns", "base=", "target", "image-set", "u\\72l", "phnjcm",
    ):  # fmt: skip
        assert word not in drawn


def doubling(levels, element, reference):
    parts = [
        f'<{element} id="a{n}">{2 * reference.format(n + 1)}</{element}>' for n in range(levels)
    ]
    return "".join(parts) + f'<g id="a{levels}"><rect/></g>'


BOMBS = {
    "entities": '<!DOCTYPE svg [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]>' + svg("<text>&b;</text>"),
    "external entity": '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    + svg("<text>&a;</text>"),
    "copies": svg(doubling(40, "g", '<use href="#a{}"/>')),
    "copies by xlink": svg(doubling(40, "symbol", '<use xlink:href="#a{}"/>')),
    "patterns": svg(doubling(40, "pattern", '<rect fill="url(#a{})"/>')),
    "masks": svg(doubling(40, "mask", "<rect style=\"mask: url( '#a{}' )\"/>")),
    "itself": svg('<g id="a"><use href="#a"/></g>'),
    "a circle": svg('<pattern id="a"><g fill="url(#b)"/></pattern><g id="b" fill="url(#a)"/>'),
    "long paths": svg(f'<path id="a" d="{"M0 0" * 50_000}"/>' + '<use href="#a"/>' * 5000),
    "markers": svg(
        f'<marker id="m">{"<rect/>" * 900}</marker><path d="{"M0 0" * 5000}" marker-mid="url(#m)"/>'
    ),
    "the second of its name": svg(
        f'<g id="a">{"<rect/>" * 900}</g><g id="a"/>' + '<use href="#a"/>' * 900
    ),
    "depth": svg("<g>" * 500 + "</g>" * 500),
    "great depth": svg("<g>" * 49_000 + "</g>" * 49_000),
    "elements": svg("<g/>" * 150_000),
    "size": svg(f"<text>{'x' * 5_000_000}</text>"),
    "no XML": "<svg><g></svg>",
    "no drawing": "<html><body/></html>",
    "another namespace": '<svg xmlns="http://www.w3.org/1999/xhtml"><script/></svg>',
    "nothing": "",
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_what_would_keep_a_browser_busy_is_refused_at_once(text):
    started = time.process_time()
    assert svg_data_url(text) is None
    assert time.process_time() - started < 3


def test_a_figure_with_thousands_of_points_is_drawn():
    points = '<use href="#p" style="fill: #111111"/>' * 20_000
    assert svg_data_url(svg(f'<path id="p" d="M 0 0"/>{points}')) is not None
