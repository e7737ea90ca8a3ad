"""Names of people: which may be shown, and when two look alike."""

import re
import unicodedata

LOGIN = re.compile(r"[a-z0-9_-]{3,30}", re.ASCII)
# What browsers and mail servers both take (HTML, "valid e-mail address"; RFC 5321, Dot-string),
# with a dot in the host's name, and nothing that a mail program could decode into something else
# (RFC 2047).
EMAIL = re.compile(
    r"(?!.*=\?)(?=[^@]{1,64}@)[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
    r"(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:(?!-)[A-Za-z0-9-]{1,63}(?<!-)\.){1,10}(?!-)[A-Za-z0-9-]{2,63}(?<!-)"
)
LONGEST = 60
# Letters of other scripts that are drawn like Latin ones, and digits that pass for letters.
LOOK_ALIKES = str.maketrans(
    "авекмнорстухіјѕԁԛԝɡιανορτυχκηεοіӏ01",
    "abekmhopctyxijsdqwgiavoptuxkneoilol",
)
SCRIPTS_APART = frozenset({"LATIN", "CYRILLIC", "GREEK"})


def why_not_name(name: str) -> str | None:
    """Why this cannot be a name that is shown, if it cannot."""
    if not 1 <= len(name) <= LONGEST:
        return f"A name has 1 to {LONGEST} characters."
    if any(unicodedata.category(sign)[0] == "C" for sign in name):
        return "A name is made of visible characters only."
    if any(unicodedata.category(sign) in ("Zl", "Zp") for sign in name):
        return "A name stands on one line."
    if not any(sign.isalnum() for sign in name):
        return "A name has a letter or a digit."
    if any(len(_scripts(word)) > 1 for word in name.split()):
        return "A word of a name is written in one alphabet."
    return None


def skeleton(name: str) -> str:
    """What a name looks like: two names that a reader may take for one have the same."""
    folded = unicodedata.normalize("NFKD", name).casefold().translate(LOOK_ALIKES)
    return "".join(sign for sign in folded if sign.isalnum())


def _scripts(word: str) -> set[str]:
    names = (unicodedata.name(sign, "").split(" ")[0] for sign in word if sign.isalpha())
    return set(names) & SCRIPTS_APART


def initials(name: str) -> str:
    """The first letters of the first and the last word, for a picture."""
    words = [word for word in name.split() if word[0].isalnum()] or [name]
    return "".join(word[0] for word in dict.fromkeys((words[0], words[-1]))).upper()
