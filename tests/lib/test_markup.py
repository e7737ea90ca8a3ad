"""One Markdown in two kinds: small for comments, full for posts."""

import inspect
import sys
import time
from contextlib import suppress
from itertools import product

import pytest

from app.feeds.text import xml_text
from app.lib import markup, text
from app.lib.errors import Invalid
from app.lib.markup.render import LONGEST_COMMENT, LONGEST_POST, PLAIN, _marked_up
from app.lib.text import why_not_text
from tests.lib.hostile import SHAPES

REL = 'rel="nofollow ugc noopener"'
MOST_SECONDS = 1.0
# The time of the processor: what wall time is where nothing else runs.
clock = time.process_time


def comment(source: str, last: int = 3) -> str:
    marks = ((f"#{number}", f"/2010/01/pond#comment-{number}") for number in range(1, last + 1))
    return markup.comment_html(source, tuple(marks))


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("*a* **b** `c`", "<p><em>a</em> <strong>b</strong> <code>c</code></p>"),
        ("a  \nb", "<p>a<br>\nb</p>"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("```python\nx\n```", '<pre><code class="language-python">x\n</code></pre>'),
        ("# a", "<p># a</p>"),
        ("a\n===", "<p>a\n===</p>"),
        ("---", "<p>---</p>"),
        ("![a](b.png)", "<p>![a](b.png)</p>"),
        ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>"),
        ("a | b\n--|--\n1 | 2", "<p>a | b\n--|--\n1 | 2</p>"),
        ("a[^1]\n\n[^1]: b", "<p>a[^1]</p>\n<p>[^1]: b</p>"),
        ("*a*{.b}", "<p><em>a</em>{.b}</p>"),
        ("[a][b]", "<p>[a][b]</p>"),
        ("", ""),
    ],
)
def test_comments_know_a_small_markdown(source, html):
    assert comment(source) == html


PIECES = ["a", "Zé, ", "中", " ", "\n", "\n\n", "_a_", "1. ", "- ", "*a*", "#1", "@a", "&amp;"]
PIECES += ["<b>", "`a`", "http://a.b", '"(a)?”', "-- ", "&", "\\*", "[a](http://a.b)"]
MARKS = (("#1", "/x"), ("@a", "/y"))


def test_plain_sentences_are_shown_as_with_all_of_markdown():
    sources = {text.lines("".join(pieces)) for pieces in product(PIECES, repeat=3)}
    for source in sources:
        assert markup.comment_html(source, MARKS) == _marked_up(source, MARKS)
    assert any(map(PLAIN.fullmatch, sources))


@pytest.mark.parametrize(
    ("source", "numbers"),
    [
        ("#3 and #1", [1, 3]),
        ("#1, #1.", [1]),
        ("(#2)", [2]),
        ("#4", []),
        ("#0", []),
        ("#03", []),
        ("#1000000000000", []),
        ("a#1", []),
        ("##1", []),
        ("`#1`", []),
        ("[#1](https://a.example)", []),
        ("https://a.example/#1", []),
        ("**#2**", [2]),
    ],
)
def test_a_number_points_to_a_comment_that_is_there(source, numbers):
    html = comment(source, last=3)
    here = {address for _, address in markup.anchors(html) if "/pond#" in address}
    assert here == {f"/2010/01/pond#comment-{number}" for number in numbers}
    for number in numbers:
        assert f'<a href="/2010/01/pond#comment-{number}" {REL}>#{number}</a>' in html


def test_nothing_is_referred_to_under_the_first_comment():
    assert comment("#1", last=0) == "<p>#1</p>"


@pytest.mark.parametrize(
    ("source", "address", "tail"),
    [
        ("https://a.example/b", "https://a.example/b", ""),
        ("https://a.example/b.", "https://a.example/b", "."),
        ("https://a.example/b?!", "https://a.example/b", "?!"),
        ("https://a.example), c", "https://a.example", "), c"),
        ("http://a.example/b_c_d e", "http://a.example/b_c_d", " e"),
        ("<https://a.example/b>", "https://a.example/b", ""),
    ],
)
def test_a_bare_address_is_a_link_without_what_ends_the_sentence(source, address, tail):
    assert comment(source) == f'<p><a href="{address}" {REL}>{address}</a>{tail}</p>'


def test_links_of_comments_are_not_vouched_for():
    html = comment("[a](https://a.example) <https://b.example> https://c.example")
    assert html.count(REL) == html.count("<a ") == 3
    assert "rel=" not in markup.post_html("[a](https://a.example)")


def test_the_lead_stands_above_the_first_mark():
    source = "a\n\n<!-- more -->\n\nb\n\n<!--more-->\n\nc"
    assert markup.lead_html(source) == "<p>a</p>"
    assert markup.post_html(source) == "<p>a</p>\n<p>b</p>\n<p>c</p>"
    assert markup.lead_html("a <!-- more --> b") is None
    assert markup.lead_html("a") is None


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# A", '<h2 id="s-a">A</h2>'),
        ("## A", '<h3 id="s-a">A</h3>'),
        ("###### A", '<h6 id="s-a">A</h6>'),
        ("# 池塘", '<h2 id="s-section">池塘</h2>'),
        ("A\n=", '<h2 id="s-a">A</h2>'),
        ('"A" -- it\'s...', "<p>“A” – it’s…</p>"),
        ("[a](/b){.more #s-b}", '<p><a class="more" href="/b" id="s-b">a</a></p>'),
        ("[a](/b){#comment-1}", '<p><a href="/b">a</a></p>'),
        ("![a](b.png)", '<p><img alt="a" src="b.png"></p>'),
        ("a <kbd>b</kbd> <blink>c</blink>", "<p>a <kbd>b</kbd> c</p>"),
        ('<div class="a" markdown="1">\n*b*\n</div>', '<div class="a">\n<p><em>b</em></p>\n</div>'),
        ('<img src="a" width="10" height="5%">', '<p><img src="a" width="10"></p>'),
        ("---", "<hr>"),
    ],
)
def test_posts_know_a_full_markdown(source, html):
    assert markup.post_html(source) == html


def test_headings_of_one_name_have_ids_of_their_own():
    assert markup.post_html("# A\n\n# A") == '<h2 id="s-a">A</h2>\n<h2 id="s-a_1">A</h2>'


def test_a_footnote_and_its_mark_point_to_each_other():
    html = markup.post_html("a[^x]\n\n[^x]: b")
    assert '<sup id="fnref-x"><a class="footnote-ref" href="#fn-x">1</a></sup>' in html
    assert '<li id="fn-x">' in html
    assert 'class="footnote-backref" href="#fnref-x" title="Back to note 1 in the text"' in html


def test_columns_of_a_table_are_aligned():
    html = markup.post_html("a | b\n---|--:\n1 | *2*")
    assert '<th>a</th>\n<th align="right">b</th>' in html
    assert '<td>1</td>\n<td align="right"><em>2</em></td>' in html


def test_code_has_the_classes_of_its_language():
    html = markup.post_html('```python\nx = "<b>"\n```')
    assert html.startswith('<div class="highlight"><pre>')
    assert '<span class="n">x</span>' in html
    assert "&lt;b&gt;" in html
    assert "style=" not in html


def test_code_of_an_unknown_language_is_shown_plain():
    assert "<code>x = 1\n</code>" in markup.post_html("```nonesuch\nx = 1\n```")


def test_words_stand_alone_on_one_line():
    html = markup.post_html("# A\n\nb *c*&amp;d[^1]\n\n- e\n- f\n\n[^1]: g")
    assert markup.plain(html) == "A b c&d1 e f g"
    assert markup.plain("") == ""


@pytest.mark.parametrize(
    ("limit", "cut"),
    [(13, "one, two four"), (12, "one, two…"), (8, "one…"), (4, "one…"), (2, "on…")],
)
def test_words_are_cut_at_a_word(limit, cut):
    assert markup.plain("<p>one, <em>two</em> four</p>", limit) == cut


def test_addresses_are_made_full_and_text_stays_as_it_is():
    html = 'a &lt; b <a href="/c">c</a> <img src="d.png"> <a href="#e">e</a> &amp; f'
    assert markup.absolute(html, "https://a.example/2010/b") == (
        'a &lt; b <a href="https://a.example/c">c</a> <img src="https://a.example/2010/d.png"> '
        '<a href="https://a.example/2010/b#e">e</a> &amp; f'
    )


def test_an_address_that_cannot_be_read_is_left_alone():
    html = '<p><a href="https://[">a</a></p>'
    assert markup.absolute(html, "https://a.example/") == html


def test_links_are_told_once_and_in_order():
    source = "[b](http://b.example) [a](https://a.example) [c](/c) [b](http://b.example) <d@e.org>"
    assert markup.links(markup.post_html(source)) == ["http://b.example", "https://a.example"]


@pytest.mark.parametrize("render", [markup.comment_html, markup.post_html])
def test_no_reference_brings_in_a_character_that_cannot_be_kept(render):
    codes = [*range(32), *range(127, 160), 0xD800, 0xFFFE, 0xFFFF]
    references = [
        f"&#{code};&#x{code:x};&#X000{code:X}" for code in codes if chr(code) not in "\t\n\r"
    ]
    for source in (*references, *(f"`{one}` [{one}](x{one}y)" for one in references)):
        html = render(f"a {source} b")
        assert why_not_text(html) is None
        words = [markup.plain(html), *(block.text for block in markup.blocks(html))]
        assert why_not_text("\n".join(words).replace("\u2028", "")) is None


@pytest.mark.parametrize("reference", ["&#1;", "&#x0B;", "&#xFFFE;"])
def test_safety_01_no_reference_hides_what_an_address_is(reference):
    html = markup.comment_html(f"[a](java{reference}script:alert(1))")
    assert "javascript:" not in html
    assert "javascript:" not in xml_text(html)


@pytest.mark.parametrize("source", ["a\0b", "a\x0bb", "\ud800", "\ufffe", "a\x02b"])
def test_safety_33_text_that_cannot_be_kept_is_refused(source):
    for render in (markup.post_html, comment):
        with pytest.raises(Invalid):
            render(source)


def test_text_that_is_too_long_is_refused():
    assert comment("a " * (LONGEST_COMMENT // 2))
    with pytest.raises(Invalid, match="5,000"):
        comment("a" * (LONGEST_COMMENT + 1))
    with pytest.raises(Invalid, match="200,000"):
        markup.post_html("a" * (LONGEST_POST + 1))


@pytest.mark.parametrize(
    "source",
    [
        "[" * 64_000,
        "<" * 64_000,
        "\"'" * 32_000,
        ">" * 60 + "a",
        "- " * 60 + "a",
        "a\n" * 3_001,
        "```\n" + f"{'a' * 99}\n" * 1_200 + "```",
    ],
)
def test_safety_13_what_would_take_too_long_is_refused_before_it_is_tried(source):
    with pytest.raises(Invalid) as refusal:
        markup.post_html(source)
    assert refusal.value.field == "text"


def test_a_text_that_broke_off_leaves_nothing_in_the_next():
    render = comment
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 60)
    try:
        with pytest.raises(Invalid, match="too deeply"):
            render("- " * 40 + "a", 3)
    finally:
        sys.setrecursionlimit(limit)
    assert render("a", 3) == "<p>a</p>"


@pytest.mark.parametrize("name", SHAPES)
def test_safety_13_hostile_text_is_rendered_or_refused_in_a_second(name):
    assert seconds(comment, SHAPES[name](LONGEST_COMMENT)) <= MOST_SECONDS / 2
    assert seconds(markup.plain_html, SHAPES[name](LONGEST_COMMENT)) <= MOST_SECONDS / 2
    assert seconds(markup.post_html, SHAPES[name](LONGEST_POST)) <= MOST_SECONDS
    assert seconds(markup.post_html, SHAPES[name](LONGEST_POST // 10)) <= MOST_SECONDS


def seconds(render, source: str) -> float:
    started = clock()
    with suppress(Invalid):
        render(source)
    return clock() - started


def test_the_words_of_a_letter_keep_their_shape_and_hold_no_address():
    source = "a  \nb c\nd\n\n> e\n>\n> > f\n\n2. g\n3. h\n\n```\ni  j\n  k\n```\n\n"
    source += (
        "- s\n- t\n    1. u\n    2. v\n\n[l](https://m.example/) https://n.example/ o.example p@q"
    )
    found = [tuple(block) for block in markup.blocks(comment(source))]
    assert found == [
        (0, "a\nb c d"),
        (1, "e"),
        (2, "f"),
        (0, "2. g\n3. h"),
        (0, "i  j\n  k"),
        (0, "- s\n- t\n  1. u\n  2. v"),
        (0, "l [link] o.\u2060example p@\u2060q"),
    ]


def test_the_words_of_a_letter_are_all_that_was_written():
    source = "- some *emph* `code` words  \n  that matter\n    - nested *one* more\n- x\n- > q\n\n"
    source += "> a *b* c\n>\n> - d **e** f\n>   > g *h* i\n"
    html = comment(source) + "one <em>two</em> three<p>four</p>five <b>six</b>"
    html += "<ol><li></li><li>x</li></ol>"
    found = [tuple(block) for block in markup.blocks(html)]
    assert found == [
        (0, "- some emph code words\nthat matter\n  - nested one more\n- x\nq"),
        (1, "a b c"),
        (1, "- d e f\n  g h i"),
        (0, "one two three"),
        (0, "four"),
        (0, "five six"),
        (0, "1. \n2. x"),
    ]


def test_only_an_address_goes_from_the_words_of_a_letter():
    source = (
        "见https://a.example/b，然后我们去。\n\n`[l](https://a.example)`w https://пруд.example/x"
    )
    assert [block.text for block in markup.blocks(comment(source))] == [
        "见[link]，然后我们去。",
        "[l]([link])w [link]пруд.\u2060example/x",
    ]
