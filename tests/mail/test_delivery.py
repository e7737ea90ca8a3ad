"""Letters that are owed reach a real mail server, whatever it does, or are kept with its words."""

import random
import signal
import ssl
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from multiprocessing.process import BaseProcess
from threading import active_count
from time import monotonic, sleep

import pytest
from sqlalchemy import func, select

from app.jobs import queue
from app.jobs.models import Job
from app.jobs.queue import Failed, FailedForGood
from app.lib import clock
from app.mail import letters, outbox, smtp
from app.mail.models import Owed
from tests.cast import NOW
from tests.mail.server import dripping, listening, own_certificate
from tests.mail.working import work
from tests.processes import forked
from tests.server import free_port

DAY = timedelta(days=1)


def owe(database, name: str = "Cyd", address: str = "cyd@example.org") -> None:
    with database.writing() as session:
        outbox.owe(session, letters.trial("A small pond", name, address), NOW)


def job_of(database) -> Job | None:
    with database.reading() as session:
        return session.scalars(select(Job)).one_or_none()


def owed_count(database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count(Owed.id)))


def test_a_letter_reaches_its_one_recipient_and_is_owed_no_more(database, mail_server, worker_for):
    owe(database)
    worker = worker_for(mail_server.url)
    assert worker.run_once(NOW)
    assert not worker.run_once(NOW)
    (message,) = mail_server.taken
    assert mail_server.recipients == [["cyd@example.org"]]
    assert message["From"] == "A small pond <blog@pond.example>"
    assert message["To"] == "Cyd <cyd@example.org>"
    assert message["Date"] == "Sat, 09 Jan 2010 15:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    plain, html = message.iter_parts()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert "https://pond.example/" in plain.get_content()
    assert (job_of(database), owed_count(database)) == (None, 0)


def test_a_letter_whose_cause_was_undone_is_not_owed(database):
    def fail() -> None:
        with database.writing() as session:
            outbox.owe(session, letters.trial("A small pond", "Cyd", "cyd@example.org"), NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (job_of(database), owed_count(database)) == (None, 0)


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_a_server_that_is_busy_is_asked_again_with_the_same_message_id(
    database, mail_server, worker_for, step
):
    owe(database)
    worker = worker_for(mail_server.url)
    mail_server.answers[step] = "451 try again later"
    worker.run_once(NOW)
    job = job_of(database)
    assert job.last_error == "the mail server said: 451 try again later"
    assert (job.failed_at, job.run_at) == (None, NOW + timedelta(seconds=30))
    mail_server.answers.clear()
    mail_server.dies_at = step
    worker.run_once(job.run_at)
    assert "broke off" in job_of(database).last_error
    mail_server.dies_at = ""
    assert worker.run_once(NOW + DAY)
    assert len({message["Message-ID"] for message in mail_server.taken}) == 1
    assert job_of(database) is None


@pytest.mark.parametrize("step", ["RCPT", "DATA"])
def test_a_letter_that_is_refused_for_good_is_kept_with_the_words(
    database, mail_server, worker_for, step
):
    owe(database)
    mail_server.answers[step] = "550 no such mailbox"
    worker_for(mail_server.url).run_once(NOW)
    job = job_of(database)
    assert job.last_error == "the mail server said: 550 no such mailbox"
    assert (job.failed_at, job.attempts) == (NOW, 1)
    assert owed_count(database) == 1
    assert not worker_for(mail_server.url).run_once(NOW + DAY)


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("MAIL", "550 who is that"),
        ("RCPT", "530 authentication required"),
        ("RCPT", "535 credentials invalid"),
        ("RCPT", "550 5.7.1 relaying denied"),
        ("DATA", "554 5.7.1 not from this network"),
    ],
)
def test_a_server_that_does_not_take_us_is_asked_again(
    database, mail_server, worker_for, step, words
):
    owe(database)
    mail_server.answers[step] = words
    worker_for(mail_server.url).run_once(NOW)
    job = job_of(database)
    assert job.last_error == f"the mail server said: {words}"
    assert (job.failed_at, job.run_at) == (None, NOW + timedelta(seconds=30))


def test_a_server_that_lacks_what_we_ask_for_is_asked_again():
    message = EmailMessage()
    message["Subject"] = "Ponds"
    with listening(enable_SMTPUTF8=False) as server, pytest.raises(Failed, match="SMTPUTF8") as it:
        smtp.hand_over(server.url, message, "bl\u00f6g@pond.example", "cyd@example.org")
    assert not isinstance(it.value, FailedForGood)


def test_nothing_waits_for_a_connection_that_failed(carrier):
    before = active_count()
    carrier = replace(carrier, mail_url=f"smtp://127.0.0.1:{free_port()}")
    for _ in range(3):
        with pytest.raises(Failed, match="cannot be reached"):
            carrier.carry(letters.trial("A pond", "Cyd", "c@d.example"), NOW)
    deadline = monotonic() + 5
    while active_count() > before:  # A cancelled one needs a moment to end.
        assert monotonic() < deadline, "threads are left"
        sleep(0.005)


def test_a_server_that_hangs_is_left_and_asked_again(
    database, mail_server, worker_for, monkeypatch
):
    monkeypatch.setattr(smtp, "STEP_SECONDS", 0.2)
    owe(database)
    mail_server.hangs_at = "DATA"
    worker_for(mail_server.url).run_once(NOW)
    assert "timed out" in job_of(database).last_error


def test_a_server_that_speaks_slowly_for_ever_is_left(carrier, monkeypatch):
    monkeypatch.setattr(smtp, "WHOLE_SECONDS", 0.4)
    began = monotonic()
    with dripping() as url, pytest.raises(Failed):
        replace(carrier, mail_url=url).carry(letters.trial("A pond", "Cyd", "c@d.example"), NOW)
    assert monotonic() - began < 2


def test_safety_20_a_server_that_is_down_for_an_hour_loses_nothing(
    database, mail_server, worker_for
):
    for number in range(5):
        owe(database, address=f"cyd{number}@example.org")
    down, now = worker_for(f"smtp://127.0.0.1:{free_port()}"), NOW
    while now < NOW + timedelta(hours=1):
        while down.run_once(now):
            pass
        now += timedelta(minutes=1)
    with database.reading() as session:
        assert all("cannot be reached" in job.last_error for job in session.scalars(select(Job)))
    up = worker_for(mail_server.url)
    while now < NOW + timedelta(hours=4):
        while up.run_once(now):
            pass
        now += timedelta(minutes=30)
    assert sorted(sent for (sent,) in mail_server.recipients) == [
        f"cyd{number}@example.org" for number in range(5)
    ]
    assert owed_count(database) == 0


def test_a_letter_is_tried_for_three_days_and_then_kept(database, worker_for, caplog):
    owe(database)
    worker, now = worker_for(f"smtp://127.0.0.1:{free_port()}"), NOW
    while worker.run_once(now):
        last, now = now, job_of(database).run_at
    assert timedelta(days=2.5) < last - NOW < timedelta(days=3)
    assert job_of(database).failed_at == last
    assert "cyd@example.org" not in caplog.text


def test_safety_20_a_killed_worker_sends_each_letter_and_no_more_twice_than_it_was_killed(
    database, database_url, mail_server, carrier
):
    chance, kills, size = random.Random(20), 4, 60
    for number in range(size):
        owe(database, address=f"cyd{number}@example.org")
    carrier = replace(carrier, mail_url=mail_server.url)
    for round in range(kills):
        enough = len(mail_server.taken) + chance.randint(3, 12)
        process = _working(database_url, carrier, round)
        _wait(lambda enough=enough: len(mail_server.taken) >= enough)
        process.kill()
        process.join(20)
        assert process.exitcode == -signal.SIGKILL
    process = _working(database_url, carrier, kills)
    process.join(20)
    assert process.exitcode == 0
    sent = Counter(message["Message-ID"] for message in mail_server.taken)
    assert len(sent) == size
    assert sum(sent.values()) - size <= kills
    assert owed_count(database) == 0


def test_mail_becomes_files_that_only_their_owner_reads_and_that_can_be_swept(
    database, carrier, worker_for
):
    for address in ("cyd@example.org", "eve@example.org"):
        owe(database, address=address)
    worker = worker_for(carrier.mail_url)
    while worker.run_once(NOW):
        pass
    files = list(carrier.folder.glob("*.eml"))
    assert len(files) == 2
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    owe(database)
    with database.writing() as session:
        outbox.forget(session, 7, {"cyd@example.org"}, NOW)
    while worker.run_once(NOW + DAY):
        pass
    (left,) = carrier.folder.glob("*.eml")
    assert b"To: Cyd <eve@example.org>" in left.read_bytes()
    assert owed_count(database) == 0
    spoken_of = replace(letters.trial("A small pond", "Eve", "eve@example.org"), about=(7, 8))
    carrier.carry(spoken_of, NOW, to=9)
    for member, count in ((6, 2), (8, 1)):
        carrier.sweep(database, {"member": member, "to": []}, NOW)
        assert len(list(carrier.folder.glob("*.eml"))) == count
    for days, count in ((29, 1), (31, 0)):
        carrier.forget_old(database, {}, clock.now() + days * DAY)
        assert len(list(carrier.folder.glob("*.eml"))) == count


def test_the_way_to_a_server_with_starttls_is_encrypted_and_the_password_goes_only_there(
    carrier, tmp_path, monkeypatch, tool
):
    cert, key = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    subject = "/CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1".split()
    line = [tool("openssl"), "req", "-x509", "-nodes", "-newkey", "rsa:2048", "-days", "2"]
    line += ["-keyout", key, "-out", cert, "-subj", *subject]
    subprocess.run(line, check=True, capture_output=True)
    letter = letters.trial("A pond", "Cyd", "cyd@example.org")
    with listening(tls_context=own_certificate(cert, key), require_starttls=True) as server:
        carrier = replace(carrier, mail_url=server.url)
        with pytest.raises(Failed, match="certificate"):
            carrier.carry(letter, NOW)
        monkeypatch.setenv("SSL_CERT_FILE", cert)
        assert ssl.create_default_context().cert_store_stats()["x509_ca"] >= 0
        carrier.carry(letter, NOW)
        assert len(server.taken) == 1
    with listening() as server:
        url = server.url.replace("//", "//me:secret@")
        with pytest.raises(Failed, match="offers no encryption"):
            replace(carrier, mail_url=url).carry(letter, NOW)


def _working(url: str, carrier, round: int) -> BaseProcess:
    """A worker in a process of its own, each a little later than the lease of the one before."""
    at = NOW + round * 2 * queue.LEASE
    process = forked().Process(target=work, args=(url, carrier, at))
    process.start()
    return process


def _wait(is_so) -> None:
    deadline = monotonic() + 20
    while not is_so():
        assert monotonic() < deadline, "nothing happens"
        sleep(0.005)
