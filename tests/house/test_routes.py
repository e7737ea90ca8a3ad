"""Every route against every kind of reader, and every form against those who forge one."""

import pytest

from app.lib.db import Base
from tests.house.conftest import TOKEN, reader
from tests.house.routes import FROM_ANYWHERE, READ, WRITE

# Noting that a sign-in is still in use is no change of anything that somebody wrote.
NOT_DOMAIN = {"sign_ins", "counts", "jobs"}


def test_safety_04_no_route_is_missing_here(app):
    rules = list(app.url_map.iter_rules())
    assert {rule.rule for rule in rules if "GET" in rule.methods} == set(READ)
    assert {rule.rule for rule in rules if "POST" in rule.methods} == set(WRITE)
    assert not {"PUT", "PATCH", "DELETE"} & {one for rule in rules for one in rule.methods}


def test_safety_04_who_reads_what(blog, readers):
    for rule, (address, expected) in READ.items():
        found = []
        for browser, _ in readers.values():
            response = browser.client.get(address.format(**blog.named))
            response.close()
            found.append(response.status_code)
            assert response.status_code != 303 or _leads_to_sign_in(response), rule
        assert tuple(found) == expected, rule


@pytest.mark.parametrize("rule", WRITE)
def test_safety_04_who_does_what(blog, readers, rule):
    address, typed, expected = WRITE[rule]
    address = address.format(**blog.named)
    found, before = [], None
    for role, (browser, token) in readers.items():
        data = {name: value.format(role=role[:3], **blog.named) for name, value in typed.items()}
        before = before or _rows(blog.database)
        response = browser.client.post(address, data={**data, TOKEN: token})
        found.append(response.status_code)
        if response.status_code in (403, 404, 422):
            assert _rows(blog.database) == before, f"{role}: refused, but done"
        else:
            before = None
    assert tuple(found) == expected
    if expected[0] == 303 and rule != "/sign-out":
        stranger, token = readers["stranger"]
        assert _leads_to_sign_in(stranger.client.post(address, data={**typed, TOKEN: token}))


def test_safety_06_only_what_other_programs_post_to_takes_no_token(app):
    views = app.view_functions
    rules = [rule for rule in app.url_map.iter_rules() if "POST" in rule.methods]
    open_to_all = [r for r in rules if getattr(views[r.endpoint], "is_from_anywhere", False)]
    assert {rule.rule for rule in open_to_all} == FROM_ANYWHERE


def test_safety_06_a_forged_form_does_nothing(blog, app):
    browser, token = reader(app, "ada")
    _, foreign = reader(app, "bow")
    before = _rows(blog.database)
    for rule in WRITE.keys() - FROM_ANYWHERE:
        address, typed, _ = WRITE[rule]
        for forged, headers, status in (
            ({}, {}, 400),
            ({TOKEN: foreign}, {}, 400),
            ({TOKEN: token}, {"Sec-Fetch-Site": "cross-site"}, 403),
        ):
            where, data = address.format(**blog.named), {**typed, **forged}
            assert browser.client.post(where, data=data, headers=headers).status_code == status, (
                rule
            )
    assert _rows(blog.database) == before
    assert "Ada" in browser.get("/").text


def test_safety_07_reading_changes_nothing(blog, readers):
    before = _rows(blog.database)
    browser, _ = readers["owner"]
    for address, _ in READ.values():
        browser.client.get(address.format(**blog.named)).close()
    assert _rows(blog.database) == before


def _leads_to_sign_in(response) -> bool:
    return response.headers["Location"].startswith("/sign-in?next=")


def _rows(database) -> dict[str, list]:
    with database.engine.connect() as connection:
        rows = {
            table.name: connection.exec_driver_sql(f'SELECT * FROM "{table.name}"').fetchall()
            for table in Base.metadata.sorted_tables
            if table.name not in NOT_DOMAIN
        }
    return {name: sorted(map(repr, found)) for name, found in rows.items() if found}
