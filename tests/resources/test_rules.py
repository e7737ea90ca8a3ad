"""What makes two addresses one, and what a curator must say."""

from types import SimpleNamespace

import pytest

from app.lib.errors import Invalid, NotAllowed
from app.resources.rules import Reference, check_curator, check_reference, link_key

SAME = "https://a.example/b"


@pytest.mark.parametrize(
    "address",
    [
        "http://a.example/b",
        "https://www.a.example/b",
        "https://A.EXAMPLE/b",
        "https://a.example/b/",
        "https://a.example/b#c",
        "https://a.example:443/b",
        " https://a.example/b ",
        "https://a.example/b?utm_source=x&fbclid=y",
    ],
)
def test_addresses_of_one_page_have_one_key(address):
    assert link_key(address) == link_key(SAME)


@pytest.mark.parametrize(
    "address",
    [
        "https://a.example/B",
        "https://a.example/b/c",
        "https://a.example/b?c=1",
        "https://b.a.example/b",
        "https://a.example:8080/b",
    ],
)
def test_addresses_of_other_pages_have_other_keys(address):
    assert link_key(address) != link_key(SAME)


def test_the_order_of_parameters_makes_no_difference():
    assert link_key("https://a.example/?b=1&c=2") == link_key("https://a.example/?c=2&b=1")


@pytest.mark.parametrize(
    "address",
    """a.example /b mailto:a@b.example javascript:alert(1) ftp://a.example/ https:// https://[
    https://a.example:x/ https://a.example:99999/ data:,x""".split(),
)
def test_what_is_no_web_address_is_refused_beside_its_field(address):
    assert link_key(address) is None
    with pytest.raises(Invalid) as refusal:
        check_reference(Reference(address, "Title"))
    assert refusal.value.field == "url"


def test_long_addresses_have_keys_that_fit():
    long, other = ("https://a.example/" + "b" * 1900 + end for end in "cd")
    assert len(link_key(long)) <= 500
    assert link_key(long) != link_key(other)


@pytest.mark.parametrize(
    ("reference", "field"),
    [
        (Reference("https://a.example/" + "b" * 2000, "Title"), "url"),
        (Reference(SAME, ""), "title"),
        (Reference(SAME, "x" * 301), "title"),
        (Reference(SAME, "Title", "x" * 201), "origin"),
    ],
)
def test_what_cannot_be_kept_names_its_field(reference, field):
    with pytest.raises(Invalid) as refusal:
        check_reference(reference)
    assert refusal.value.field == field


@pytest.mark.parametrize("member", [None, SimpleNamespace(is_author=False)])
def test_only_authors_curate(member):
    with pytest.raises(NotAllowed):
        check_curator(member)
