"""`flask check-links`, with a world out there to look at."""

from dataclasses import replace

import pytest

from app.resources import actions
from app.resources.rules import Reference
from tests import cast
from tests.abroad import Said, abroad
from tests.cast import NOW


@pytest.fixture
def run(app, house):
    """The command, where pond.example answers and lake.example does not."""
    with house.database.writing() as session:
        bow = cast.member(session, "bow", role="author")
        made = actions.add_collection(session, bow, "Ponds", "", "", NOW)
        for name in ("pond", "lake"):
            reference = Reference(f"http://{name}.example/", name)
            actions.add_item(session, bow, made, reference, NOW)
    with abroad() as out:
        out.sites["http://pond.example/"] = Said("There.")
        app.extensions["commonplace"] = replace(house, fetcher=out.fetcher())
        yield lambda *words: app.test_cli_runner().invoke(args=["check-links", *words])


def test_what_is_due_is_looked_at_and_what_fails_is_told(run):
    result = run()
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "http://lake.example/: there is no site of the name lake.example; it is looked at again "
        "before it counts",
        "2 resources were looked at.",
    ]
    assert run().output == "0 resources were looked at.\n"
    assert run("--all").output.endswith("2 resources were looked at.\n")
