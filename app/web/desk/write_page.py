"""The page on which a post is written, with all that there is to know of the post."""

from typing import Any

from flask import Response, request

from app.http import who
from app.http.moment import now
from app.http.pages import render
from app.http.store import reading
from app.http.times import until
from app.lib import differences
from app.media.rules import LONGEST_ALT, why_not_upload
from app.posts import autosaves
from app.posts.models import Post
from app.posts.rules import has_been_public, state_of
from app.tags import queries as tags
from app.web.desk.write_form import WriteForm

MOST_TAGS = 300
WORDS_A_MINUTE = 230


def write_page(
    form: WriteForm,
    post: Post | None,
    status: int = 200,
    preview: str | None = None,
    other: Post | None = None,
    **more: Any,
) -> Response:
    """`other` is what is stored, where it is another than what was typed began with."""
    session, member = reading(), who.asking()
    unsaved = autosaves.of_form(session, member, post.id if post else None)
    state = state_of(post, now()) if post else "draft"
    return render(
        "desk/write.html",
        status,
        form=form,
        post=post,
        state=state,
        has_been_public=bool(post) and has_been_public(post, now()),
        opens_in=until(now(), post.published_at) if state == "scheduled" else None,
        preview_html=preview,
        other=other,
        runs=differences.of_texts(other.source, form.text.data) if other else [],
        unsaved=[row for row in unsaved if row.key != form.key.data],
        facts=_facts(form.text.data or ""),
        is_typed=bool(preview or other or form.errors or "typed" in request.args),
        takes_pictures=why_not_upload(member) is None,
        longest_alt=LONGEST_ALT,
        known_tags=tags.all_names(session, MOST_TAGS),
        **more,
    )


def _facts(text: str) -> str | None:
    words = len(text.split())
    minutes = max(1, round(words / WORDS_A_MINUTE))
    said = "1 word" if words == 1 else f"{words:,} words"
    return f"{said}, {minutes} min to read" if words else None
