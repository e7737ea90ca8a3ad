"""Content codings (RFC 9110 §8.4.1): which one a client takes, and bytes in it."""

import gzip

import brotli

IDENTITY, GZIP, BROTLI = "identity", "gzip", "br"
PREFERRED = (BROTLI, GZIP)
# Less than this does not get shorter by as much as the headers that say so.
WORTH_COMPRESSING = 500
LONGEST, MOST_REMEMBERED = 200, 256
# A page is compressed while somebody waits for it: half a millisecond for 20 kB.
QUALITY = 5


class Codings(dict[str, str]):
    """The coding to answer with for an Accept-Encoding header (RFC 9110 §12.5.3). There are few
    such headers, of which no more is read and remembered than any browser says; to find one here
    takes a third of what a function takes."""

    def __missing__(self, accepted: str) -> str:
        coding = _best(accepted[:LONGEST])
        if len(accepted) <= LONGEST:
            if len(self) >= MOST_REMEMBERED:
                self.clear()  # Somebody plays; those of browsers are soon there again.
            self[accepted] = coding
        return coding


def _best(accepted: str) -> str:
    takes = dict(_weighed(part) for part in accepted.lower().split(",")[:20])
    weights = {coding: takes.get(coding, takes.get("*", 0.0)) for coding in PREFERRED}
    best = max(PREFERRED, key=weights.__getitem__)
    return best if 0 < weights[best] >= takes.get(IDENTITY, 0.0) else IDENTITY


def encoded(body: bytes, coding: str) -> bytes:
    if coding == BROTLI:
        return brotli.compress(body, quality=QUALITY)
    if coding == GZIP:
        return gzip.compress(body, compresslevel=QUALITY, mtime=0)
    return body


def _weighed(part: str) -> tuple[str, float]:
    coding, _, weight = part.partition(";")
    try:
        found = float(weight.strip().removeprefix("q=") or 1)
    except ValueError:
        found = 0.0
    # Asked so that what is no number at all (nan) is nothing too.
    return coding.strip(), found if 0 <= found <= 1 else 0.0
