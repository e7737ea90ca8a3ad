"""The rules of the house that can be read off the source."""

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable

from config import ROOT
from tests.house import source

MOST_LINES_OF_A_FUNCTION = 40
MOST_LINES_OF_A_FILE = 300
NETWORK = ("requests", "httpx", "urllib.request", "socket", "http.client", "urllib3", "aiohttp")
NETWORK += ("smtplib", "ssl", "boto3", "botocore")
# Each exception is named with its reason.
MAY_USE_SOCKETS = {
    "app/cli/serve.py": "finds out before it starts whether its port is free",
    "app/lib/fetch.py": "is the way out, and checks where it goes",
    "app/lib/s3.py": "keeps files in the store of MEDIA_URL",
    "app/mail/smtp.py": "hands letters to the mail server of MAIL_URL",
}
NOW = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time"}
TRUSTED_HTML = re.compile(r"\{\{[^}]*?([\w.]+)\s*\|\s*safe")
TAKE_SQL = ("text", "order_by", "exec_driver_sql")


def offending(offences: Callable[[ast.Module], Iterable[str]]) -> dict[str, list[str]]:
    """The modules with what in them offends a rule."""
    found = {path: sorted(set(offences(tree))) for path, tree in source.modules().items()}
    return {path: names for path, names in found.items() if names}


def test_functions_are_short_enough_to_read_at_a_glance():
    assert not offending(
        lambda tree: (
            function.name
            for function in source.functions(tree)
            if function.end_lineno - function.lineno >= MOST_LINES_OF_A_FUNCTION
        )
    )


def test_a_file_is_one_activity():
    lines = {path: len((ROOT / path).read_text().splitlines()) for path in source.modules()}
    assert not {path: count for path, count in lines.items() if count > MOST_LINES_OF_A_FILE}


def test_a_module_says_what_it_is():
    assert not [path for path, tree in source.modules().items() if not ast.get_docstring(tree)]


def test_nothing_is_imported_inside_a_function():
    assert not offending(
        lambda tree: (
            f"{function.name}: {name}"
            for function in source.functions(tree)
            for name in source.imported(function)
        )
    )


def test_what_is_needed_seldom_is_not_read_at_the_start():
    """Neither what passkeys need, nor what draws pictures, nor what changes the schema, which take
    ten megabytes each."""
    program = "import sys, app.factory, app.worker; print(*sys.modules)"
    line = [sys.executable, "-c", program]
    said = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert {"fido2", "cryptography", "PIL", "alembic", "boto3"}.isdisjoint(said.split())
    assert "app.members.passkeys" in said.split()


def test_only_the_clock_tells_the_time():
    said = offending(lambda tree: NOW & set(source.attributes(tree)))
    assert set(said) == {"app/lib/clock.py"}


def test_only_the_settings_read_the_environment():
    environment = {"os.environ", "os.getenv", "os.environb"}
    said = offending(lambda tree: environment & set(source.attributes(tree)))
    assert set(said) == {"config.py"}


def test_a_unit_of_work_ends_by_itself_and_nothing_commits_by_hand():
    assert not offending(
        lambda tree: (name for name in source.attributes(tree) if name.endswith(".commit"))
    )


def test_safety_03_nothing_opens_a_way_out_by_itself():
    modules = tuple(f"{module}." for module in NETWORK)
    found = offending(
        lambda tree: (name for name in source.imported(tree) if f"{name}.".startswith(modules))
    )
    assert set(found) == set(MAY_USE_SOCKETS)


def test_safety_05_no_sql_is_made_of_strings():
    assert not offending(
        lambda tree: (
            f"line {call.lineno}"
            for call in ast.walk(tree)
            if isinstance(call, ast.Call) and _called(call) in TAKE_SQL
            for argument in call.args
            if any(_makes_a_string(part) for part in ast.walk(argument))
        )
    )


def test_the_members_only_sentence_stands_in_one_place():
    words = "Only a member of this blog may post a comment"
    files = [*(ROOT / "app").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]
    files += (ROOT / "static").rglob("*.js")
    assert [source.name(file) for file in files if words in file.read_text()] == [
        "app/comments/rules.py"
    ]


def test_only_html_of_ours_is_put_into_a_page_unescaped():
    for file in (ROOT / "templates").rglob("*.html"):
        text = file.read_text()
        assert "autoescape" not in text, file
        for name in TRUSTED_HTML.findall(text):
            assert name.endswith("html") or (file.name, name) == ("entry.html", "text"), file


def _called(call: ast.Call) -> str:
    return getattr(call.func, "id", None) or getattr(call.func, "attr", "")


def _makes_a_string(node: ast.AST) -> bool:
    is_joining = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Mod)
    sides = (node.left, node.right) if is_joining else ()
    is_joined = any(
        isinstance(side, ast.Constant) and isinstance(side.value, str) for side in sides
    )
    return is_joined or isinstance(node, ast.JoinedStr)
