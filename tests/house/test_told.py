"""What the README promises is what there is, and what there is it tells."""

import re

from click import Group

from config import ROOT

README = (ROOT / "README.md").read_text()


def test_every_setting_is_explained():
    source = (ROOT / "config.py").read_text()
    settings = set(re.findall(r'environ(?:\.get\(|, )"([A-Z_]+)"', source)) - {"FLASK_DEBUG"}
    assert len(settings) >= 8
    assert not {name for name in settings if f"`{name}`" not in README}


def test_every_command_is_explained(app):
    for command in commands(app.cli, "flask"):
        assert f"`{command}" in README, command


def test_every_command_that_is_explained_is_there(app):
    there = set(commands(app.cli, "flask"))
    told = re.findall(r"`(flask [a-z]+(?:-[a-z]+)*(?: [a-z]+)*)", README)
    assert {line.strip() for line in told} <= there


def test_every_file_that_is_linked_is_there():
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def commands(group: Group, said: str):
    """Our commands, those of a group by their full names."""
    for name, command in group.commands.items():
        if isinstance(command, Group):
            yield from commands(command, f"{said} {name}")
        elif not command.callback.__module__.startswith("flask."):
            yield f"{said} {name}"
