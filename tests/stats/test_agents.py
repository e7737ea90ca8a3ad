"""What real programs call themselves, and how many of their people read a feed."""

import pytest

from app.stats.agents import Told, is_feed_reader, is_person, told

SAFARI = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/14.0.1 Safari/605.1.15"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
TELL = {
    "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 462 subscribers; "
    "like FeedFetcher-Google)": Told("Feedly", "", 462),
    "Feedly/1.0 (poller; 131 subscribers;)": Told("Feedly", "", 131),
    "Feedbin feed-id:1697787 - 102 subscribers": Told("Feedbin", "1697787", 102),
    f"NewsBlur Feed Fetcher - 27 subscribers - https://www.newsblur.com/site/7704055/a-blog "
    f'("{SAFARI}")': Told("NewsBlur", "", 27),
    f"NewsBlur Feed Fetcher - 1 subscriber - http://www.newsblur.com/site/0000000/webpage "
    f"({SAFARI})": Told("NewsBlur", "", 1),
    "Mozilla/5.0 (compatible; inoreader.com; 114 subscribers)": Told("Inoreader", "", 114),
    "Inoreader/1.0 (+http://www.inoreader.com/feed-fetcher; 195 subscribers; )": Told(
        "Inoreader", "", 195
    ),
    "Mozilla/5.0 (compatible; theoldreader.com; 12 subscribers; "
    "feed-id=cead6c3a837650eeefd8fe4a)": Told("The Old Reader", "cead6c3a837650eeefd8fe4a", 12),
    "Mozilla/5.0 (compatible; BazQux/2.4; +https://bazqux.com/fetcher; 6 subscribers)": Told(
        "BazQux", "", 6
    ),
    "Feed Wrangler/1.0 (42 subscribers; feed-id=12334; http://feedwrangler.net; "
    "Allow like Gecko)": Told("Feed Wrangler", "12334", 42),
    "Netvibes (http://www.netvibes.com/; 5 subscribers; feedId: 5404723)": Told(
        "Netvibes", "5404723", 5
    ),
    "Bloglovin/1.0 (http://www.bloglovin.com; 3 subscribers)": Told("Bloglovin’", "", 3),
    "Overcast/1.0 Podcast Sync (123 subscribers; feed-id=456789; +http://overcast.fm/)": Told(
        "Overcast", "456789", 123
    ),
    "PlayerFM/1.0 Podcast Sync (5033 subscribers; "
    "url=https://player.fm/series/the-changelog-1282967)": Told("Player FM", "", 5033),
    "Dreamwidth Studios (webmaster@dreamwidth.org; for "
    "https://www.dreamwidth.org/users/vikingschoice_feed/; 2 readers)": Told("Dreamwidth", "", 2),
    "LiveJournal.com (webmaster@livejournal.com; for http://www.livejournal.com/users/x/; "
    "1 readers)": Told("LiveJournal", "", 1),
    "livedoor FeedFetcher/0.01 (http://reader.livedoor.com/; 999 subscribers)": Told(
        "livedoor", "", 999
    ),
    "Feedfetcher-Google; (+http://www.google.com/feedfetcher.html; 4 subscribers; "
    "feed-id=1794595805790851116)": Told("Google Feedfetcher", "1794595805790851116", 4),
    "YahooFeedSeeker/1.0 (compatible; Mozilla 4.0; MSIE 5.5; "
    "http://my.yahoo.com/s/publishers.html; users 2; views 169)": Told("Yahoo", "", 2),
    "Fastladder FeedFetcher/0.01 (http://fastladder.com/; 1 subscriber)": Told(
        "Fastladder FeedFetcher", "", 1
    ),
    "ThePort_Web/1.0; subscribers 1": Told("ThePort", "", 1),
}
COME_FOR_THEMSELVES = (
    "FreshRSS/1.24.1 (Linux; https://freshrss.org)",
    "Mozilla/5.0 (compatible; Miniflux/2.1.0; +https://miniflux.app)",
    "Tiny Tiny RSS/24.02 (https://tt-rss.org/)",
    "NetNewsWire (RSS Reader; https://netnewswire.com/)",
    "Mozilla/5.0 (Macintosh; U; Intel Mac OS X 10_6_3; de-de) AppleWebKit/531.22.7 (KHTML, like "
    "Gecko) NetNewsWire/6.1",
    "Akregator/5.24.0 (23.08.0); syndication",
    "Liferea/1.13.5 (Linux; en_US; https://lzone.de/liferea/)",
    "NextCloud-News/1.0",
    "Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Thunderbird/115.8.1",
    "Blogtrottr/2.0",
    "Reeder/5.3 CFNetwork/1494 Darwin/23.4.0",
)
CRAWL = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0; "
    "+http://www.bing.com/bingbot.htm) Chrome/116.0.1938.76 Safari/537.36",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
    "Mozilla/5.0+(compatible; UptimeRobot/2.0; http://www.uptimerobot.com/)",
    "W3C_Validator/1.3 http://validator.w3.org/services",
    "",
)


@pytest.mark.parametrize("agent", TELL)
def test_an_aggregator_tells_how_many_read_by_it(agent):
    assert told(agent) == TELL[agent]
    assert not is_person(agent)


def test_more_than_a_dozen_aggregators_are_known():
    assert len({said.reader for said in TELL.values()}) > 12


@pytest.mark.parametrize("agent", COME_FOR_THEMSELVES)
def test_a_reader_of_ones_own_tells_nothing(agent):
    assert told(agent) is None
    assert is_feed_reader(agent)


@pytest.mark.parametrize("agent", CRAWL)
def test_a_crawler_is_neither_a_reader_nor_a_person(agent):
    assert told(agent) is None
    assert not is_feed_reader(agent)
    assert not is_person(agent)


@pytest.mark.parametrize("agent", [SAFARI, FIREFOX])
def test_a_person_in_a_browser_subscribes_to_nothing(agent):
    assert told(agent) is None
    assert is_person(agent)
    assert not is_feed_reader(agent)


@pytest.mark.parametrize(
    "agent",
    ["X/1.0 (99999999999 subscribers)", "X (10000001 subscribers)", "X/1.2.3 subscribers", "subs"],
)
def test_what_cannot_be_is_not_believed(agent):
    assert told(agent) is None
