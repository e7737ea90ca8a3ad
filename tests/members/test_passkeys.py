"""Passkeys: an answer counts for one challenge, one site, one member, and once."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from random import Random

import pytest
from fido2.server import Fido2Server
from fido2.webauthn import PublicKeyCredentialRpEntity
from sqlalchemy import func, select

from app.lib.errors import Invalid, NotAllowed, Refusal
from app.mail.models import Owed
from app.members import actions, ceremonies, leaving, passkeys, signin
from app.members.ceremonies import Party
from app.members.models import Ceremony, Passkey, Standing
from app.members.queries import by_login
from app.members.rules import MOST_PASSKEYS
from tests import cast
from tests.authenticator import PRESENT, Authenticator
from tests.cast import NOW

HERE = Party("pond.example", "https://pond.example")
BROWSER = "cookie"
ELSEWHERE = "https://pond.example.evil.test"


@pytest.fixture
def people(database):
    with database.writing() as session:
        return cast.people(session)


@pytest.fixture
def desk(database, people):
    return Desk(database)


class Desk:
    """Both halves of each ceremony, as the door does them."""

    def __init__(self, database):
        self.database = database

    def begin_adding(self, login: str = "cyd", now=NOW):
        with self.database.writing() as session:
            member = by_login(session, login)
            return passkeys.begin_adding(session, HERE, member, BROWSER, login, now)

    def add(self, challenge: str, answer: str, login: str = "cyd", now=NOW, party=HERE) -> None:
        handle = self._spend(challenge, login, now)
        with self.database.writing() as session:
            member = by_login(session, login)
            passkeys.add(session, party, member, challenge, handle, answer, "Phone", now)

    def begin(self, now=NOW):
        with self.database.writing() as session:
            return passkeys.begin_signing_in(session, HERE, BROWSER, "192.0.2.1", now)

    def sign_in(self, challenge: str, answer: str, now=NOW, party=HERE) -> str:
        """The name of who is signed in so."""
        self._spend(challenge, None, now)
        with self.database.writing() as session:
            token = passkeys.sign_in(session, party, challenge, answer, "", now)
            session.flush()
            return signin.find(session, token, now).member.login

    def has(self, login: str) -> Authenticator:
        """A device with a passkey of the member."""
        device = Authenticator(HERE.origin)
        options, challenge = self.begin_adding(login)
        self.add(challenge, device.create(options), login)
        return device

    def count(self, table) -> int:
        with self.database.reading() as session:
            return session.scalar(select(func.count(table.id)))

    def _spend(self, challenge: str, login: str | None, now) -> bytes | None:
        with self.database.writing() as session:
            member = by_login(session, login) if login else None
            return ceremonies.spend(session, BROWSER, challenge, member, now)


def test_a_passkey_signs_its_member_in_and_its_owner_is_told_of_it(desk):
    for login in ("cyd", "cleo"):
        device = desk.has(login)
        for _ in range(2):
            options, challenge = desk.begin()
            assert desk.sign_in(challenge, device.get(options)) == login
    assert desk.count(Ceremony) == 0
    with desk.database.reading() as session:
        assert {row.address for row in session.scalars(select(Owed))} == {
            "cyd@example.org",
            "cleo@example.org",
        }


def test_a_browser_is_asked_to_sign_in_as_the_library_would_ask_it(desk):
    asked, challenge = desk.begin()
    server = Fido2Server(PublicKeyCredentialRpEntity(name=HERE.host, id=HERE.host))
    theirs, _ = server.authenticate_begin(
        user_verification="required", challenge=challenge.encode()
    )
    assert asked == dict(theirs)["publicKey"]


def test_two_devices_that_were_begun_at_once_both_sign_in(desk):
    begun = [desk.begin_adding() for _ in range(2)]
    devices = [Authenticator(HERE.origin) for _ in begun]
    for device, (options, challenge) in zip(devices, begun, strict=True):
        desk.add(challenge, device.create(options))
    for device in devices:
        options, challenge = desk.begin()
        assert desk.sign_in(challenge, device.get(options)) == "cyd"
    assert desk.has("cyd").handle in {device.handle for device in devices}


@pytest.mark.parametrize("counts", [True, False])
def test_a_device_that_counts_never_goes_back(desk, counts):
    device = Authenticator(HERE.origin, counts)
    options, challenge = desk.begin_adding()
    desk.add(challenge, device.create(options))
    options, challenge = desk.begin()
    desk.sign_in(challenge, device.get(options))
    device.count -= counts
    options, challenge = desk.begin()
    if counts:
        with pytest.raises(Invalid):
            desk.sign_in(challenge, device.get(options))
    else:
        desk.sign_in(challenge, device.get(options))


FORGED = {
    "another site": {"origin": ELSEWHERE},
    "a part of this site": {"origin": "https://x.pond.example"},
    "this site without encryption": {"origin": "http://pond.example"},
    "another relying party": {"host": "evil.test"},
    "a challenge of its own": {"challenge": "bm90IG91cnMgYXQgYWxsIGF0IGFsbA"},
    "nobody there": {"flags": 0},
    "anybody there": {"flags": PRESENT},
}


@pytest.mark.parametrize("how", FORGED)
def test_safety_54_an_answer_for_elsewhere_is_worth_nothing(desk, how):
    forged = FORGED[how]
    options, challenge = desk.begin_adding()
    with pytest.raises(Invalid):
        desk.add(challenge, Authenticator(HERE.origin).create(options, **forged))
    assert desk.count(Passkey) == 0
    device = desk.has("cyd")
    options, challenge = desk.begin()
    with pytest.raises(Invalid):
        desk.sign_in(challenge, device.get(options, **forged))
    with pytest.raises(Invalid):  # The challenge was spent by that, too.
        desk.sign_in(challenge, device.get(options))


def test_safety_54_a_challenge_is_answered_once_within_five_minutes_by_whom_it_was_for(desk):
    device = desk.has("cyd")
    options, challenge = desk.begin()
    answer = device.get(options)
    with pytest.raises(Invalid):
        desk.sign_in(challenge, answer, NOW + timedelta(minutes=5))
    options, challenge = desk.begin()
    answer = device.get(options)
    with ThreadPoolExecutor(4) as pool:
        tries = [pool.submit(desk.sign_in, challenge, answer) for _ in range(4)]
        refused = [one.exception() for one in tries]
    assert sorted(isinstance(one, Invalid) for one in refused) == [False, True, True, True]
    fresh, adding = desk.begin(), desk.begin_adding("cyd")
    with pytest.raises(Invalid):  # An old answer to a new challenge.
        desk.sign_in(fresh[1], answer)
    other = Authenticator(HERE.origin)
    with pytest.raises(Invalid):  # It was begun by Cyd.
        desk.add(adding[1], other.create(adding[0]), "cleo")
    with pytest.raises(Invalid):  # It was to add a passkey.
        desk.sign_in(adding[1], device.get({**options, "challenge": adding[0]["challenge"]}))


def test_safety_54_nobody_signs_in_with_the_passkey_of_another(desk):
    cyd, cleo = desk.has("cyd"), desk.has("cleo")
    options, challenge = desk.begin()
    cleo.id = cyd.id  # Names Cyd's passkey and signs with Cleo's.
    with pytest.raises(Invalid):
        desk.sign_in(challenge, cleo.get(options))
    options, challenge = desk.begin()
    with pytest.raises(Invalid):
        desk.sign_in(challenge, cyd.get(options, handle=cleo.handle))
    options, challenge = desk.begin_adding("cleo")
    with pytest.raises(Refusal):  # Nor is it added to one's own.
        desk.add(challenge, cyd.create(options), "cleo")


def test_safety_43_who_is_suspended_or_has_left_gets_in_no_more(desk):
    device = desk.has("cyd")

    def refused() -> type | None:
        options, challenge = desk.begin()
        try:
            desk.sign_in(challenge, device.get(options))
        except Refusal as refusal:
            return type(refusal)
        return None

    with desk.database.writing() as session:
        actions.set_standing(session, by_login(session, "ada"), "cyd", Standing.SUSPENDED)
    assert refused() is NotAllowed
    with pytest.raises(NotAllowed):
        desk.begin_adding("cyd")
    with desk.database.writing() as session:
        actions.set_standing(session, by_login(session, "ada"), "cyd", Standing.ADMITTED)
    assert refused() is None
    with desk.database.writing() as session:
        leaving.leave(session, by_login(session, "cyd"), False, NOW)
    assert refused() is Invalid
    assert desk.count(Passkey) == 0


def test_who_has_not_confirmed_an_address_or_has_many_passkeys_adds_none(desk):
    with pytest.raises(NotAllowed, match="Confirm"):
        desk.begin_adding("una")
    for _ in range(MOST_PASSKEYS):
        desk.has("cyd")
    with pytest.raises(NotAllowed, match="Remove one"):
        desk.begin_adding("cyd")


def test_a_key_that_is_not_offered_is_not_taken(desk):
    options, challenge = desk.begin_adding()
    with pytest.raises(Invalid):
        desk.add(challenge, Authenticator(HERE.origin).create(options, alg=-65535))


def test_safety_33_no_answer_whatever_fails_in_another_way(desk):
    device, chance = desk.has("cyd"), Random(54)
    options, _ = desk.begin()
    good = device.get(options)
    bad = ["", "[]", "null", "{", "[" * 5000, '{"rawId": 7}', "\ud83d\ude00", good[:-40]]
    made = Authenticator(HERE.origin).create(desk.begin_adding()[0])
    for number in range(200):
        signs = list(made if number % 2 else good)
        for _ in range(chance.randint(1, 6)):
            signs[chance.randrange(len(signs))] = chance.choice('A_-"{}[]:0\\ué')
        bad.append("".join(signs))
    for part in json.loads(good)["response"]:
        changed = json.loads(good)
        for value in (None, 7, "", "AA", [], {}):
            changed["response"][part] = value
            bad.append(json.dumps(changed))
    with desk.database.reading() as session:
        for answer in bad:
            for act in (
                lambda answer=answer: passkeys.sign_in(session, HERE, "no", answer, "", NOW),
                lambda answer=answer: passkeys.add(
                    session, HERE, by_login(session, "cyd"), "no", b"x", answer, "Phone", NOW
                ),
            ):
                with pytest.raises(Invalid):
                    act()


def test_old_challenges_are_forgotten(desk):
    desk.begin()
    for at, left in ((NOW, 1), (NOW + ceremonies.LIVES, 0)):
        with desk.database.writing() as session:
            ceremonies.forget_old(session, at)
        assert desk.count(Ceremony) == left


@pytest.mark.parametrize(
    ("address", "party"),
    [
        ("https://Pond.Example", Party("pond.example", "https://pond.example")),
        ("https://pond.example:443", Party("pond.example", "https://pond.example")),
        ("https://pond.example:8443", Party("pond.example", "https://pond.example:8443")),
        ("http://localhost:8000", Party("localhost", "http://localhost:8000")),
        ("http://127.0.0.1:8000", None),
        ("http://[::1]:8000", None),
    ],
)
def test_safety_17_a_passkey_is_for_the_sites_own_name(address, party):
    assert ceremonies.party_at(address) == party
