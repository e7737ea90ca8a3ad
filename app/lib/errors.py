"""Refusals: what the engine says when it will not do what it was asked.

    Refusal                 carries a sentence for the reader and, for a form, the field it is about
    ├── BadRequest    400   the request itself makes no sense (a page key that is garbage)
    ├── NotAllowed    403   this reader may not do this
    ├── NotFound      404   nothing is there, or nothing that this reader may know of
    ├── Conflict      409   it clashes with what is there (a name that is taken)
    ├── Gone          410   it was there and was withdrawn
    ├── TooLarge      413   more than can be taken at once
    ├── Invalid       422   understood, but not acceptable (an empty comment)
    ├── TooMany       429   too often; says after how many seconds to come back
    └── Unavailable   503   something that this needs does not answer, or has no room

`Moved` is no refusal: what was asked for has another address. Nor is `Misconfigured`: it ends the
program with a sentence that names the setting.
"""


class Refusal(Exception):
    status = 400
    heading = "That did not work"

    def __init__(self, sentence: str, field: str | None = None):
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


class BadRequest(Refusal):
    status = 400
    heading = "That request makes no sense here"


class NotAllowed(Refusal):
    status = 403
    heading = "That is not yours to do"


class NotFound(Refusal):
    status = 404
    heading = "Nothing at this address"

    def __init__(self, sentence: str = "There is no page here, or none that you may see."):
        super().__init__(sentence)


class Conflict(Refusal):
    status = 409
    heading = "That is taken"


class Gone(Refusal):
    status = 410
    heading = "This was withdrawn"


class TooLarge(Refusal):
    status = 413
    heading = "That is too much at once"


class Invalid(Refusal):
    status = 422
    heading = "That cannot be taken as it is"


class TooMany(Refusal):
    """`retry_after` is in whole seconds."""

    status = 429
    heading = "A little slower, please"

    def __init__(self, sentence: str, retry_after: int, field: str | None = None):
        super().__init__(sentence, field)
        self.retry_after = max(1, retry_after)


class Unavailable(Refusal):
    status = 503
    heading = "Not just now"


class Moved(Exception):
    """What was at the path `old` is at the path `new` for good."""

    def __init__(self, old: str, new: str):
        super().__init__(f"{old} is {new} now")
        self.old = old
        self.new = new


class Misconfigured(Exception):
    """A setting that cannot be used; the message is one line and begins with its name."""


def refuse_if(reason: str | None) -> None:
    """Raise NotAllowed when there is a reason, as the rules called `why_not_…` give one."""
    if reason:
        raise NotAllowed(reason)
