"""Naive Bayes over the words of a text, as in Manning, Raghavan and Schütze, "Introduction to
Information Retrieval" (2008), chapter 13: each word counts once a text, and counts are smoothed by
adding one. As in Graham's "A Plan for Spam" (2002) only the words that tell most are weighed, and
wanted and unwanted are taken to be equally frequent, since what waits says little of that.
"""

import math
import re
import unicodedata
from dataclasses import dataclass, replace

LONGEST_WORD = 40
MOST_WORDS = 200
# With fewer decisions of either kind nothing is said: the first words seen would decide alone.
LEAST = 5
TELLING = 15
SUREST = math.log(99)
SHOWN = 5
SURELY = 90  # What the opinion of a service is taken for, in percent.
UNDECIDED = 50
LEAST_SHOWN = 0.5
WORD = re.compile(r"[^\W_][\w'’-]{1,38}[^\W_]")
HOST = re.compile(r"https?://(?:www\.)?([^\s/?#)>\]\"']{1,60})", re.IGNORECASE)
ADDRESS = re.compile(r"https?://\S*", re.IGNORECASE)
FEW_LINKS = 3
# No word has a colon, so these are none.
SITE, FEW, MANY = "site:", "links:few", "links:many"


@dataclass(frozen=True)
class Counts:
    wanted: int = 0
    unwanted: int = 0


@dataclass(frozen=True)
class Estimate:
    """How much a text is like what was refused, in percent, and the words that weighed most.

    `opinion` is whether a service takes it for spam, None where none was asked; without anything
    learned here it stands alone.
    """

    percent: int
    against: tuple[str, ...] = ()
    in_favour: tuple[str, ...] = ()
    opinion: bool | None = None
    is_learned: bool = True

    @property
    def rank(self) -> int:
        """Where it stands in the queue: what was learned here and the opinion count alike."""
        if self.opinion is None:
            return self.percent
        said = SURELY if self.opinion else 100 - SURELY
        return round((self.percent + said) / 2) if self.is_learned else said


def words_of(text: str) -> frozenset[str]:
    """What is counted of a text: its words, the hosts it links to, and how many links it has.
    Signs that nobody sees, and letters in odd shapes, make no other word of it."""
    folded = folded_text(text)
    words = list(dict.fromkeys(WORD.findall(ADDRESS.sub(" ", folded))))
    hosts = list(dict.fromkeys(f"{SITE}{host}"[:LONGEST_WORD] for host in HOST.findall(folded)))
    found = [*hosts[: MOST_WORDS // 4], *words]
    if hosts:
        found.insert(0, MANY if len(hosts) > FEW_LINKS else FEW)
    return frozenset(found[:MOST_WORDS])


def folded_text(text: str) -> str:
    """The text in small letters of the usual shapes, without signs that nobody sees."""
    shown = (sign for sign in unicodedata.normalize("NFKC", text) if not _is_unseen(sign))
    return "".join(shown).casefold()


def estimate(words: frozenset[str], known: dict[str, Counts], total: Counts) -> Estimate | None:
    """What the words tell by the counts `known` of them in `total` texts; None when too little
    has been decided to tell."""
    if min(total.wanted, total.unwanted) < LEAST:
        return None
    weights = [(_weight(known[word], total), word) for word in sorted(words & known.keys())]
    weights.sort(key=lambda one: -abs(one[0]))
    weighed = weights[:TELLING]
    # The words are not as independent as the formula takes them to be, so it is never quite sure.
    sum_of_them = max(-SUREST, min(SUREST, sum(weight for weight, _ in weighed)))
    shown = [(weight, word) for weight, word in weighed if abs(weight) >= LEAST_SHOWN]
    return Estimate(
        round(100 / (1 + math.exp(-sum_of_them))),
        tuple(_said(word) for weight, word in shown if weight > 0)[:SHOWN],
        tuple(_said(word) for weight, word in shown if weight < 0)[:SHOWN],
    )


def with_opinion(found: Estimate | None, opinion: bool | None) -> Estimate | None:
    if opinion is None:
        return found
    return replace(found or Estimate(UNDECIDED, is_learned=False), opinion=opinion)


def _weight(counts: Counts, total: Counts) -> float:
    """The logarithm of how much likelier the word is in an unwanted text than in a wanted one."""
    unwanted = (min(counts.unwanted, total.unwanted) + 1) / (total.unwanted + 2)
    wanted = (min(counts.wanted, total.wanted) + 1) / (total.wanted + 2)
    return math.log(unwanted / wanted)


def _said(word: str) -> str:
    """What stands for itself in the table, as a moderator reads it."""
    return {FEW: "a link", MANY: "many links"}.get(word, word.removeprefix(SITE))


def _is_unseen(sign: str) -> bool:
    return unicodedata.category(sign) == "Cf"
