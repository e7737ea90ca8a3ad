"""Markdown that costs a naive renderer far more time than its length, to any length."""

UNITS = {
    "open brackets": "[",
    "closed brackets": "]",
    "empty brackets": "[]",
    "less-than": "<",
    "open tags": "<a ",
    "unclosed comments": "<!--",
    "processing instructions": "<?",
    "declarations": "<![CDATA[",
    "stars": "*",
    "stars and letters": "*a **b ",
    "triple stars": "a***b",
    "underscores": "_",
    "underscores and letters": "_a __b ",
    "backticks": "`",
    "backticks that do not match": "`a``b```c",
    "backslashes": "\\",
    "escaped brackets": "\\[",
    "quotes": ">",
    "quotes apart": "> ",
    "list marks": "- ",
    "numbers": "1. ",
    "links without end": "[a](",
    "links with a title without end": '[a](b "',
    "links in links": "[a](<",
    "images": "![",
    "images without end": "![a](",
    "reference links": "[a][b",
    "entities": "&#",
    "entities with digits": "&#x1",
    "named entities": "&amp",
    "pipes": "|",
    "rows": "|a|b\n",
    "tabs": "\t",
    "spaces": " ",
    "lines": "\n",
    "short lines": "a\n",
    "paragraphs": "a\n\n",
    "indented code": "    a\n\n",
    "definitions": "[a]: b\n",
    "definitions without address": "[a]:\n",
    "footnotes": "[^a]: b\n",
    "footnotes with paragraphs": "[^a]: b\n\n    c\n\n",
    "footnote marks": "[^a]",
    "headings": "# a\n",
    "hashes": "#",
    "underlined": "a\n=\n",
    "rules": "---\n",
    "fences": "```\n",
    "tildes": "~~~\n",
    "fences with attributes": "```{.a #b c=d\n",
    "quotes of lists": "> - a\n",
    "attributes": "{: .a }",
    "attributes without end": "a{: ",
    "smart quotes": "\"'",
    "dashes": "-",
    "dots": ".",
    "addresses": "http://a",
    "addresses and stops": "http://a.",
    "e-mail": "<a@",
    "numbers of comments": "#1",
    "divisions": "<div>",
    "divisions that are Markdown": '<div markdown="1">\n',
    "tags on lines": "<p>\n",
    "closing tags": "</p>",
    "bold links": "**[a](b)**",
    "wide letters": "\U0001f9d1\u200d",
    "combining marks": "\u0301",
}


def deep_quotes(length: int) -> str:
    """Each line one deeper than the line before."""
    lines, used, depth = [], 0, 1
    while used + depth + 2 <= length:
        lines.append(">" * depth + "a")
        used, depth = used + depth + 2, depth + 1
    return "\n".join(lines)


def deep_lists(length: int) -> str:
    return "\n".join(" " * 4 * depth + "- a" for depth in range(int((length / 2) ** 0.5)))[:length]


def numbered(line: str, length: int) -> str:
    """Many lines, each with a number of its own."""
    return "".join(line.format(number) for number in range(length // 6))[:length]


def many_footnotes(length: int) -> str:
    half = length // 2 - 2
    return numbered("a[^{0}] ", half) + "\n\n" + numbered("[^{0}]: b\n\n", half)


def a_table(length: int) -> str:
    return ("|a|b|\n|-|-|\n" + "|*c*|[d](e)|\n" * length)[:length]


SHAPES = {
    **{name: lambda length, unit=unit: (unit * length)[:length] for name, unit in UNITS.items()},
    "deep quotes": deep_quotes,
    "deep lists": deep_lists,
    "deep emphasis": lambda length: "*a _b " * (length // 12) + "c_ d*" * (length // 12),
    "deep brackets": lambda length: "[" * (length // 2) + "](a)" * (length // 8),
    "deep divisions": lambda length: "<div>" * (length // 12) + "</div>" * (length // 12),
    "many definitions": lambda length: numbered("[{0}]: https://a.example/{0}\n", length),
    "used definitions": lambda length: (
        numbered("[a][{0}] ", length // 2 - 2) + "\n\n" + numbered("[{0}]: b\n", length // 2)
    ),
    "many footnotes": many_footnotes,
    "headings of one name": lambda length: "# a\n\n" * (length // 5),
    "a table": a_table,
    "one long word": lambda length: "a" * length,
    "one long address": lambda length: "http://a.example/" + "a." * (length // 2 - 10),
    "one long list": lambda length: "- a\n" * (length // 4),
    "loose list": lambda length: "- a\n\n" * (length // 5),
    "lazy quote": lambda length: "> a\n" + "b\n" * (length // 2 - 4),
    "unclosed fence": lambda length: "```python\n" + "def a(): pass\n" * (length // 15),
    "code": lambda length: "```python\n" + "x = [1]\n" * (length // 8 - 2) + "```\n",
    "code of brackets": lambda length: "```c\n" + "{(" * (length // 2 - 6) + "\n```\n",
    "code of quotes": lambda length: "```python\n" + "'\\" * (length // 2 - 8) + "\n```\n",
}
