"""Uploads in the HTML of posts."""

from app.lib import markup
from app.lib.markup import Shown

NAME, OTHER = "abcdefghjkmnpqrs", "tuvwxyz234567899"
FILE = f"/media/{NAME}-abcdefgh"
WEBP = ((480, f"{FILE}-480.webp"), (900, f"{FILE}-900.webp"))
HERON = {NAME: Shown(f"{FILE}.jpg", 'A "heron" & <reed>', 900, 600, WEBP)}
SONG = {NAME: Shown(f"{FILE}.mp3", is_audio=True)}


def shown(text: str, known: dict[str, Shown] = HERON) -> str:
    html = markup.with_media(markup.post_html(text), known)
    assert markup.with_media(html, known) == html, "it can be given again"
    return html


def test_a_picture_comes_in_the_width_that_a_screen_wants():
    assert shown(f"Grey & still ![](/media/{NAME}) there.") == (
        "<p>Grey &amp; still <picture>"
        f'<source type="image/webp" srcset="{FILE}-480.webp 480w, {FILE}-900.webp 900w" '
        'sizes="(min-width: 48rem) 38rem, 92vw">'
        '<img alt="A &quot;heron&quot; &amp; &lt;reed&gt;" '
        f'src="{FILE}.jpg" width="900" height="600" loading="lazy"></picture> there.</p>'
    )


def test_what_the_author_says_of_a_picture_counts():
    html = shown(f'![Mine](/media/{NAME} "T"){{ width=300 height=200 class=wide }}')
    for said in ('alt="Mine"', 'title="T"', 'width="300"', 'height="200"', 'class="wide"'):
        assert said in html


def test_sound_that_stands_alone_gets_a_player_and_no_other():
    assert shown(f"[Song](/media/{NAME})", SONG) == (
        f'<p><audio controls="" preload="none" src="{FILE}.mp3"></audio>'
        f'<a href="{FILE}.mp3">Song</a></p>'
    )
    assert "<audio" not in shown(f"Hear [it](/media/{NAME}).", SONG)


def test_what_is_not_there_stays_as_it_was_written():
    text = f"![Gone](/media/{OTHER}) and [one](/media/{OTHER}) ![x](https://a.example/media/{NAME})"
    assert shown(text) == markup.post_html(text)


def test_an_upload_is_known_by_its_name_and_by_its_files():
    text = f"![]({FILE}-480.webp) [x](/media/{OTHER}) ![](/media/{NAME}) /media/aaaaaaaaaaaaaaaa"
    assert markup.media_names(markup.post_html(text)) == [NAME, OTHER]
    assert markup.media_names(shown(text)) == [NAME, OTHER]


def test_readers_elsewhere_get_one_plain_image_of_a_full_address():
    html = shown(f"![](/media/{NAME})")
    plain = markup.absolute(markup.plain_pictures(html), "https://blog.example/2010/01/heron")
    assert f'src="https://blog.example{FILE}.jpg"' in plain
    assert "srcset" not in plain
    assert markup.plain_pictures(shown(f"[S](/media/{NAME})", SONG)) == (
        f'<p><a href="{FILE}.mp3">S</a></p>'
    )


def test_safety_01_only_what_was_uploaded_here_is_made_so():
    tags = (
        '<picture><source srcset="//evil.example/x 1w"><img src="/x"></picture>'
        '<audio src="//evil.example/x" autoplay onplay="alert(1)"></audio>'
    )
    for made in (markup.post_html(tags), shown(f"{tags}\n\n![](/media/{NAME})")):
        assert "evil" not in made
        assert "alert" not in made
    wrong = {NAME: Shown(f"{FILE}.jpg", "", 1, 1, ((1, "javascript:alert(1) 1w, x"),))}
    assert "alert" not in markup.with_media(markup.post_html(f"![](/media/{NAME})"), wrong)
