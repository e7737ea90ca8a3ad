"""Settings from the environment, refused by name when they cannot work."""

import pytest

from app.lib.errors import Misconfigured
from config import Config


def test_with_none_set_the_blog_runs_on_this_machine_alone():
    config = Config.from_env({})
    assert config.site_url == "http://127.0.0.1:8000"
    assert config.database_url == f"sqlite:///{config.instance_path / 'blog.sqlite3'}"
    assert config.trusted_hosts == ["127.0.0.1", "[::1]", "localhost"]
    assert not config.is_secure


def test_the_site_is_where_its_port_is_unless_it_is_said():
    assert Config.from_env({"PORT": "8001"}).site_url == "http://127.0.0.1:8001"
    for given in ("https://blog.example/", "HTTPS://Blog.Example:443"):
        assert Config.from_env({"SITE_URL": given}).site_url == "https://blog.example"
    config = Config.from_env({"PORT": "8001", "SITE_URL": "https://blog.example/"})
    assert (config.site_url, config.port) == ("https://blog.example", 8001)
    assert config.trusted_hosts == ["blog.example"]
    assert config.is_secure
    assert (config.mail_url, config.mail_from) == ("file:", "blog@blog.example")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "٨"),
        ("PORT", "-1"),
        ("PORT", "x"),
        ("PROXY_HOPS", "10"),
        ("PROXY_HOPS", "one"),
        ("SECRET_KEY", "short"),
        ("MAIL_URL", "sendmail"),
        ("MAIL_URL", "smtp://"),
        ("MAIL_URL", "smtp://mail.example:99999"),
        ("MAIL_URL", "http://mail.example"),
        ("MAIL_URL", "smtp://mail.example/path"),
        ("MAIL_FROM", "Blog <blog@example.org>"),
        ("MAIL_FROM", "a@b.example, c@d.example"),
        ("MEDIA_URL", "/srv/media"),
        ("MEDIA_URL", "s3://"),
        ("MEDIA_URL", "s3://key:secret@bucket"),
        ("MEDIA_URL", "s3://bucket?endpoint=store.example"),
        ("MEDIA_URL", "s3://bucket?end=https://store.example"),
        ("JOIN_SECONDS", "61"),
        ("AKISMET_URL", "rest.akismet.com"),
        ("AKISMET_URL", "https://key@rest.akismet.com/1.1"),
        ("DISPOSABLE_DOMAINS", "no-such-file"),
        ("DISPOSABLE_DOMAINS", "static"),
        ("SITE_URL", "blog.example"),
        ("SITE_URL", "ftp://blog.example"),
        ("SITE_URL", "https://blog.example/path"),
        ("SITE_URL", "https://blog.example?q"),
        ("SITE_URL", "https://me:x@blog.example"),
        ("SITE_URL", "https://["),
    ],
)
def test_safety_24_a_setting_that_cannot_work_is_named(name, value):
    with pytest.raises(Misconfigured, match=f"^{name}:"):
        Config.from_env({name: value})


def test_safety_24_who_serves_the_world_says_under_which_address():
    with pytest.raises(Misconfigured, match=r"^SITE_URL:"):
        Config.from_env({"HOST": "0.0.0.0"})


def test_safety_24_debugging_is_off_where_the_site_is_real():
    with pytest.raises(Misconfigured, match=r"^FLASK_DEBUG:"):
        Config.from_env({"SITE_URL": "https://blog.example", "FLASK_DEBUG": "1"})


def test_a_service_is_asked_about_spam_only_with_a_key():
    assert Config.from_env({}).akismet_key == ""
    config = Config.from_env({"AKISMET_KEY": "abc"})
    assert config.akismet_url == "https://rest.akismet.com/1.1"
    own = {"AKISMET_KEY": "abc", "AKISMET_URL": "https://spam.example/1.1/"}
    assert Config.from_env(own).akismet_url == "https://spam.example/1.1"
    with pytest.raises(Misconfigured, match="AKISMET_KEY: must be set"):
        Config.from_env({"AKISMET_URL": "https://spam.example/1.1"})
