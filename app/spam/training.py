"""Learning from decisions, in the transaction of the decision, and judging by what was learned."""

from collections.abc import Sequence
from enum import StrEnum

from sqlalchemy import case, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from app.lib.db import is_sqlite
from app.spam import opinions
from app.spam.models import Word
from app.spam.rules import Counts, Estimate, estimate, with_opinion, words_of

# The table is bounded: when it has grown over the first, the rarest words go down to the second.
MOST, KEPT = 20_000, 15_000
ALL = ""


class Kind(StrEnum):
    WANTED = "wanted"
    UNWANTED = "unwanted"


def learn(session: Session, text: str, kind: Kind) -> None:
    insert = sqlite.insert if is_sqlite(session) else postgresql.insert
    given = {Kind.WANTED: 0, Kind.UNWANTED: 0, kind: 1}
    # The row that counts the texts comes first. Whoever learns holds it until the commit, so that
    # others wait for that one row, and never for each other in a circle.
    rows = [{"word": word, **given} for word in sorted({ALL, *words_of(text)})]
    statement = insert(Word).values(rows)
    more = {one.value: getattr(Word, one) + statement.excluded[one] for one in Kind}
    session.execute(statement.on_conflict_do_update(index_elements=[Word.word], set_=more))
    _keep_within_bounds(session)


def unlearn(session: Session, text: str, kind: Kind) -> None:
    """Take back what was learned of this text."""
    words = sorted({ALL, *words_of(text)})
    locked = select(Word.word).where(Word.word.in_(words)).order_by(Word.word).with_for_update()
    session.execute(locked).all()
    column = getattr(Word, kind)
    less = case((column > 0, column - 1), else_=0)
    session.execute(update(Word).where(Word.word.in_(words)).values({kind.value: less}))


def judge(session: Session, texts: Sequence[str]) -> list[Estimate | None]:
    """What is to be thought of each text, by what was learned here and what a service has said,
    if one was asked."""
    if not texts:
        return []
    found = [words_of(text) for text in texts]
    asked = sorted(frozenset().union(*found, {ALL}))
    rows = select(Word.word, Word.wanted, Word.unwanted).where(Word.word.in_(asked))
    known = {word: Counts(*counts) for word, *counts in session.execute(rows)}
    total = known.pop(ALL, Counts())
    said = opinions.of(session, texts)
    learned = (estimate(words, known, total) for words in found)
    return [with_opinion(one, opinion) for one, opinion in zip(learned, said, strict=True)]


def _keep_within_bounds(session: Session) -> None:
    count = session.scalar(select(func.count()).select_from(Word))
    if count > MOST:
        rarest = select(Word.word).where(Word.word != ALL).order_by(Word.wanted + Word.unwanted)
        session.execute(delete(Word).where(Word.word.in_(rarest.limit(count - KEPT))))
