"""Static files: compressed, under names whose content never changes, and nothing beside them."""

import gzip
from pathlib import Path

import brotli
import pytest

from app.factory import create_app
from app.http.assets import FOLDER, joined
from app.http.headers import ALWAYS
from config import ROOT, Config
from tests.lib.crowd import crowd, static_files

FOR_EVER = "max-age=315360000, public, immutable"
AN_HOUR = "max-age=3600, public"
ICON = (FOLDER / "icon.svg").read_bytes()


@pytest.fixture
def get(app):
    def get(address: str, method: str = "GET", **headers: str):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with app.test_client().open(address, method=method, headers=named) as answer:
            answer.get_data()
            return answer

    return get


def sheet_of(page) -> str:
    return next(link.get("href") for link in page.all("link") if link.get("rel") == "stylesheet")


def test_a_page_names_files_that_may_be_kept_for_ever(browser, get):
    page = browser.get("/")
    found = [link.get("href") for link in page.all("link")] + [
        script.get("src") for script in page.all("script")
    ]
    addresses = [address for address in found if address.startswith("/static/")]
    assert sheet_of(page) in addresses
    for address in addresses:
        assert get(address).headers["Cache-Control"] == FOR_EVER
        assert get(address).status_code == 200


def test_the_style_sheet_is_all_of_them_joined(browser, get):
    answer = get(sheet_of(browser.get("/")))
    assert answer.mimetype == "text/css"
    assert answer.data == joined(FOLDER / "css")
    parts = [file.read_bytes() for file in (FOLDER / "css").rglob("*.css")]
    assert not [part for part in parts if part not in answer.data]


@pytest.mark.parametrize(
    ("accepted", "coding", "decoded"),
    [
        ("gzip, deflate, br", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("deflate", None, bytes),
        (None, None, bytes),
    ],
)
def test_each_browser_gets_the_shortest_that_it_reads(browser, get, accepted, coding, decoded):
    address = sheet_of(browser.get("/"))
    answer = get(address, **({"Accept_Encoding": accepted} if accepted else {}))
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.content_length == len(answer.data)
    assert decoded(answer.data) == joined(FOLDER / "css")


def test_a_plain_name_holds_for_an_hour(get):
    answer = get("/static/icon.svg")
    assert answer.headers["Cache-Control"] == AN_HOUR
    assert answer.data == ICON


def test_a_name_that_has_had_other_content_is_not_there(browser, get):
    address = sheet_of(browser.get("/"))
    assert get(address.replace("site.", "site.0")).status_code == 404
    digest = address.split(".")[1]
    assert get(address.replace(digest, "0" * len(digest))).status_code == 404


def test_safety_39_static_files_forbid_what_pages_forbid(browser, get):
    for address in ("/static/icon.svg", sheet_of(browser.get("/")), "/static/none.css"):
        assert ALWAYS.items() <= dict(get(address).headers).items(), address
    for refused in (get("/static/icon.svg", "POST"), get("/static/icon.svg", Range="bytes=9999-")):
        assert refused.status_code in (405, 416)
        assert ALWAYS.items() <= dict(refused.headers).items()


def test_safety_39_static_files_are_for_https_alone_where_pages_are(database_url, tmp_path):
    config = Config(
        site_url="https://blog.example", database_url=database_url, instance_path=tmp_path
    )
    app = create_app(config)
    with app.test_client().get("/static/icon.svg", base_url=config.site_url) as answer:
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    app.extensions["commonplace"].database.close()


@pytest.mark.parametrize(
    "path", ["none.css", "", "css", "css/", "js", "icon.svg/", "icon.svg.gz", "ICON.SVG"]
)
def test_what_is_not_there_is_answered_by_a_page_of_ours(browser, path):
    page = browser.get(f"/static/{path}", 404)
    assert page.words(page.all("h1")[0]) == "Nothing at this address"


@pytest.mark.parametrize(
    "path",
    [
        "../config.py",
        "%2e%2e/config.py",
        "..%2fconfig.py",
        "..\\config.py",
        "css/../../config.py",
        "/etc/passwd",
        "%00",
        "icon.svg%00.css",
        "./icon.svg",
    ],
)
def test_no_path_leads_out_of_the_folder(get, path):
    answer = get(f"/static/{path}")
    assert answer.status_code in (308, 400, 404)
    assert (ROOT / "config.py").read_bytes() not in answer.data
    assert b"root:" not in answer.data
    assert ICON not in answer.data


def test_head_says_what_get_would_and_sends_nothing(get):
    head, whole = get("/static/icon.svg", "HEAD"), get("/static/icon.svg")
    assert head.data == b""
    assert dict(head.headers) == dict(whole.headers)


def test_a_browser_that_has_the_file_is_told_so(get):
    etag = get("/static/icon.svg").headers["ETag"]
    answer = get("/static/icon.svg", If_None_Match=etag)
    assert (answer.status_code, answer.data) == (304, b"")
    assert get("/static/icon.svg", If_None_Match='"other"').data == ICON


def test_a_part_of_a_file_can_be_asked_for(get):
    answer = get("/static/icon.svg", Range="bytes=2-5")
    assert (answer.status_code, answer.data) == (206, ICON[2:6])
    assert answer.headers["Content-Range"] == f"bytes 2-5/{len(ICON)}"
    assert get("/static/icon.svg", Range=f"bytes={len(ICON)}-").status_code == 416


def test_nothing_can_be_sent_to_a_file(get):
    for method in ("POST", "PUT", "DELETE"):
        assert get("/static/icon.svg", method).status_code == 405


def test_programs_that_start_at_once_all_find_whole_files(tmp_path):
    first, *others = crowd(3, static_files, tmp_path)
    assert others == [first, first]
    sheet = next((tmp_path / "static").glob("site.*.css"))
    assert sheet.read_bytes() == joined(FOLDER / "css")
    for suffix, decoded in ((".gz", gzip.decompress), (".br", brotli.decompress)):
        assert decoded(Path(f"{sheet}{suffix}").read_bytes()) == sheet.read_bytes()
    assert not list((tmp_path / "static-drafts").iterdir())
