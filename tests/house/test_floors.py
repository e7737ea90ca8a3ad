"""The floors hold: imports go down, and never in a circle."""

from graphlib import CycleError, TopologicalSorter

import grimp
import pytest
from importlinter.application import use_cases
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from config import ROOT


def test_the_import_contracts_hold(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    # It would silence all loggers that there are, and so the tests of what is logged.
    monkeypatch.setattr("importlinter.cli.logging_config.dictConfig", lambda _: None)
    status = lint_imports(no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


def test_there_are_three_contracts_and_each_room_is_in_them(monkeypatch):
    monkeypatch.chdir(ROOT)
    contracts = use_cases.read_user_options(None).contracts_options
    assert [contract["type"] for contract in contracts] == ["layers", "forbidden", "forbidden"]
    floors = {part.strip() for layer in contracts[0]["layers"] for part in layer.split("|")}
    assert floors == {f"app.{child.stem}" for child in _parts()}


def test_no_modules_import_each_other_in_a_circle():
    graph = grimp.build_graph("app", cache_dir=None)
    imports = {one: graph.find_modules_directly_imported_by(one) for one in graph.modules}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        pytest.fail(f"a circle: {error.args[1]}")


def _parts():
    """What stands in app/: modules and rooms, whether or not they have a word of their own."""
    for child in (ROOT / "app").iterdir():
        is_module = child.suffix == ".py" and child.stem != "__init__"
        if is_module or (child / "__init__.py").exists():
            yield child
