"""What a page says of itself, in whatever encoding and however it is broken."""

import pytest

from app.lib import clock
from app.lib.webpage import Described, decoded, described

FULL = """<!doctype html><html><head><title> Ponds &amp;
 lakes </title><meta property="og:title" content="Other"><meta name="Description" content="Still
 <b>water</b>"><meta property="og:description" content="No"><meta name="author" content="W. Ater">
<script>var title = "<title>Not this</title>"</script></head><body><svg><title>Nor this</title>
</svg>"""
MEGABYTE = 1024 * 1024


def test_the_page_is_asked_before_what_it_tells_other_places():
    assert described(FULL.encode()) == Described("Ponds & lakes", "Still <b>water</b>", "W. Ater")


OTHER = """<meta property=og:title content="A pond"><meta property="og:description" content="D.">
<meta property="article:author" content="https://a.example/me">
<meta property="og:site_name" content="Ponds">"""


def test_what_it_tells_other_places_will_do():
    assert described(OTHER.encode()) == Described("A pond", "D.", "Ponds")


@pytest.mark.parametrize(
    "page", [b"", b" ", b"\0\0", b"<", b"<!-- ", b"%PDF-1.7 \xff\xfe\xfa", b"&#0;"]
)
def test_a_page_may_say_nothing(page):
    assert described(page).title == ""


def test_what_is_too_long_is_cut_and_what_no_page_can_show_is_left_out():
    found = described(f"<title>{'x' * 999}</title>".encode())
    assert found.title == "x" * 300
    assert described("<title>a\u0085\ufffe\tb\x1b</title>".encode()).title == "a b"


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        ("Größe".encode(), None, "Größe"),
        ("Größe".encode("cp1252"), None, "Größe"),
        ("Größe – “x”".encode("cp1252"), "ISO-8859-1", "Größe – “x”"),
        ("池塘".encode("gb18030"), "gb2312", "池塘"),
        ("池".encode("shift_jis"), "Shift_JIS", "池"),
        ("пруд".encode("koi8-r"), "koi8-r", "пруд"),
        ("пруд".encode("cp1251"), "x-nonsense", "ïðóä"),
        ("\ufeffпруд".encode(), "koi8-r", "пруд"),
        ("\ufeffпруд".encode("utf-16-le"), "utf-8", "пруд"),
        (b"cebaq", "rot13", "cebaq"),
        (b"+AGE-", "utf-7", "+AGE-"),
        (b"\\u0061", "unicode_escape", "\\u0061"),
        (b"abc", "zlib", "abc"),
        (b"abc", "a\0b", "abc"),
        (b"abc", "ü", "abc"),
        ("Größ".encode()[:-1], None, "Grö"),
    ],
)
def test_the_encoding_is_what_was_said_if_the_web_knows_it(content, charset, text):
    assert decoded(content, charset) == text


def test_the_page_itself_names_its_encoding():
    page = '<html><head><meta http-equiv=Content-Type content="text/html; charset=windows-1251">'
    assert described(f"{page}<title>Пруд".encode("cp1251")).title == "Пруд"
    assert described(b"<meta charset='utf-16'><title>\xc3\xa4").title == "ä"


HOSTILE = """<b> <div> <!-- < </p> <a&" <table><tr><td> &a <form><a> <title> <script>
<meta&name=a&content=b> <meta&charset <p&a=1& <svg><math> <![CDATA[""".split()


@pytest.mark.parametrize("piece", [piece.replace("&", " ") for piece in HOSTILE])
def test_a_hostile_page_costs_little(piece):
    page = (piece * (MEGABYTE // len(piece))).encode()
    attributes = b"<meta " + b" ".join(b"a%d=1" % number for number in range(MEGABYTE // 8))
    since = clock.ticks()
    described(page)
    described(attributes)
    assert clock.ticks() - since < 2
