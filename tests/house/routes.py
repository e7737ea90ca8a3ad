"""Every route with an address that has it and what each kind of reader gets there (SAFETY 4).

A line has a status for each of ROLES in their order. 303 for a stranger leads to sign-in; what was
typed in a form of ours is kept there, which has a test of its own.
"""

from app.site.theme import Theme

ROLES = {
    "stranger": None,
    "waiting": "dee",
    "suspended": "eve",
    "unverified": "una",
    "member": "cyd",
    "another author": "bea",
    "author": "bow",
    "owner": "ada",
}
EVERYBODY = (200,) * 8
MEMBERS = (303, 403, 403, 403, 303, 303, 303, 303)
AUTHORS_READ = (303, 403, 403, 403, 403, 200, 200, 200)
AUTHORS_DO = (303, 403, 403, 403, 403, 303, 303, 303)
POST_AUTHORS_READ = (303, 403, 403, 403, 403, 404, 200, 200)
POST_AUTHORS_DO = (303, 403, 403, 403, 403, 404, 303, 303)
ITS_AUTHORS_DO = (303, 403, 403, 403, 403, 403, 303, 303)
MODERATORS_READ = (303, 403, 403, 403, 403, 403, 200, 200)
MODERATORS = (303, 403, 403, 403, 403, 403, 303, 303)
WHO_WROTE_IT_READS = (303, 403, 403, 403, 200, 403, 403, 403)
WHO_WROTE_IT = (303, 403, 403, 403, 303, 403, 403, 403)
OWNERS_READ = (303, 403, 403, 403, 403, 403, 403, 200)
OWNERS_DO = (303, 403, 403, 403, 403, 403, 403, 303)

NOTHING_TO_UNDO = (303, 403, 403, 403, 403, 404, 404, 404)
# What waits is there for who wrote it alone.
WHO_WAITS_READS = (303, 404, 404, 404, 200, 404, 404, 404)
WHO_WAITS = (303, 404, 404, 404, 303, 404, 404, 404)
# The member wrote the comment, and nobody reports their own.
REPORTERS = (303, 403, 403, 403, 403, 200, 200, 200)
ITS_OWNERS_READ = (303,) + (200,) * 7
ITS_OWNERS_DO = (303,) * 8
SPENT = (410,) * 8
LED_ON = (302,) * 8
NOT_OURS = (404,) * 8

# What is open to everybody and yet kept by no cache.
NEVER_KEPT = {
    "/sign-in": "has a form that is each reader's own",
    "/sign-in/letter": "likewise",
    "/preview": "is a secret of whoever has its address",
    "/healthz": "is asked to find out whether the application lives",
}

# Likewise, and kept for ever by browsers: a file never changes.
NEVER_KEPT |= dict.fromkeys(
    ("/media/<media_name:name>", "/media/<media_file:file>"), "is handed on from where files are"
)

POST = "/2010/01/a-small-pond"
DATED = "/<year:year>/<month:month>/<slug:slug>"
PRIVATE_FEED = "/account/feed/<string(length=32):token><dress:dress>"
READ = {
    "/": ("/", EVERYBODY),
    "/feed<dress:dress>": ("/feed.rss", EVERYBODY),
    "/<slug:slug>": ("/about", EVERYBODY),
    "/<year:year>": ("/2010", EVERYBODY),
    "/<year:year><dress:dress>": ("/2010.atom", EVERYBODY),
    "/<year:year>/<month:month>": ("/2010/01", EVERYBODY),
    "/<year:year>/<month:month><dress:dress>": ("/2010/01.json", EVERYBODY),
    DATED: (POST, EVERYBODY),
    f"{DATED}<dress:dress>": (f"{POST}.atom", EVERYBODY),
    f"{DATED}/comments/<number:number>/withdrawal": (
        f"{POST}/comments/1/withdrawal",
        WHO_WROTE_IT_READS,
    ),
    f"{DATED}/comments/waiting/<number:id>/withdrawal": (
        f"{POST}/comments/waiting/{{waiting}}/withdrawal",
        WHO_WAITS_READS,
    ),
    f"{DATED}/comments/<number:number>/versions": (f"{POST}/comments/1/versions", MODERATORS_READ),
    "/authors/<login:login>": ("/authors/bow", EVERYBODY),
    "/authors/<login:login><dress:dress>": ("/authors/bow.rss", EVERYBODY),
    "/comments": ("/comments", EVERYBODY),
    "/comments<dress:dress>": ("/comments.rss", EVERYBODY),
    "/tags/<slug:slug>": ("/tags/water", EVERYBODY),
    "/tags/<slug:slug><dress:dress>": ("/tags/water.rss", EVERYBODY),
    "/resources": ("/resources", EVERYBODY),
    "/resources<resource_dress:dress>": ("/resources.opml", EVERYBODY),
    "/resources/<slug:slug>": ("/resources/ponds", EVERYBODY),
    "/resources/<slug:slug><resource_dress:dress>": ("/resources/ponds.rss", EVERYBODY),
    "/media/<media_name:name>": ("/media/{name}", LED_ON),
    "/media/<media_file:file>": ("/media/{file}", EVERYBODY),
    "/join": ("/join", EVERYBODY),
    "/sign-in": ("/sign-in", EVERYBODY),
    "/sign-in/letter": ("/sign-in/letter", EVERYBODY),
    "/sign-in/link": ("/sign-in/link?token=x", SPENT),
    "/sign-in/password": ("/sign-in/password?token=x", SPENT),
    "/account": ("/account", ITS_OWNERS_READ),
    "/account/export.json": ("/account/export.json", ITS_OWNERS_READ),
    "/account/passkeys/<number:id>/removal": (
        "/account/passkeys/99999/removal",
        (303,) + (404,) * 7,
    ),
    "/account/leaving": ("/account/leaving", ITS_OWNERS_READ),
    "/account/confirmation": ("/account/confirmation?token=x", SPENT),
    "/account/notices": ("/account/notices", ITS_OWNERS_READ),
    "/account/notices/ending": ("/account/notices/ending?token=x", NOT_OURS),
    PRIVATE_FEED: (f"/account/feed/{'x' * 32}.rss", SPENT),
    "/healthz": ("/healthz", EVERYBODY),
    "/desk": ("/desk", AUTHORS_READ),
    "/desk/posts": ("/desk/posts", AUTHORS_READ),
    "/desk/posts/new": ("/desk/posts/new", AUTHORS_READ),
    "/desk/posts/<number:id>": ("/desk/posts/{post}", POST_AUTHORS_READ),
    "/desk/posts/<number:id>/revisions": ("/desk/posts/{post}/revisions", POST_AUTHORS_READ),
    "/desk/posts/<number:id>/revisions/<number:number>": (
        "/desk/posts/{post}/revisions/1",
        POST_AUTHORS_READ,
    ),
    "/desk/posts/<number:id>/removal": ("/desk/posts/{draft}/removal", POST_AUTHORS_READ),
    "/preview": ("/preview?token={preview}", EVERYBODY),
    "/desk/resources": ("/desk/resources", AUTHORS_READ),
    "/desk/resources/<slug:slug>": ("/desk/resources/ponds", AUTHORS_READ),
    "/desk/resources/<slug:slug>/removal": ("/desk/resources/ponds/removal", AUTHORS_READ),
    "/desk/resources/new": ("/desk/resources/new?url=https://a.example/", AUTHORS_READ),
    "/desk/resources/items/<number:id>": ("/desk/resources/items/{item}", AUTHORS_READ),
    "/desk/resources/items/<number:id>/removal": (
        "/desk/resources/items/{item}/removal",
        AUTHORS_READ,
    ),
    "/desk/links": ("/desk/links", AUTHORS_READ),
    "/desk/links/broken": ("/desk/links/broken", AUTHORS_READ),
    "/desk/media": ("/desk/media", AUTHORS_READ),
    "/desk/media/<number:id>": ("/desk/media/{media}", AUTHORS_READ),
    "/desk/members": ("/desk/members", OWNERS_READ),
    "/desk/members/<login:login>": ("/desk/members/cyd", OWNERS_READ),
    "/desk/settings": ("/desk/settings", OWNERS_READ),
    "/desk/settings/trial.css": ("/desk/settings/trial.css?accent=%2325459b", OWNERS_READ),
    "/theme-<digest>.css": (f"/theme-{Theme().digest}.css", EVERYBODY),
    "/robots.txt": ("/robots.txt", EVERYBODY),
    "/desk/comments": ("/desk/comments", AUTHORS_READ),
    "/desk/comments/log": ("/desk/comments/log", AUTHORS_READ),
    f"{DATED}/comments/<number:number>/report": (f"{POST}/comments/1/report", REPORTERS),
}
TEXT = {
    "title": "Another pond",
    "text": "Clear.",
    "kind": "post",
    "comments": "members",
    "version": "2",
}
TYPED = {"text": "Cle", "key": "one"}
AUTHORS_KEEP = AUTHORS_READ
POST_AUTHORS_KEEP = LINKED = POST_AUTHORS_READ
SETTINGS = {
    "title": "Ponds",
    "language": "en",
    "zone": "UTC",
    "posts_per_page": "10",
    "membership": "open",
    "moderation": "at-once",
    "most_links": "5",
    "reports_to_hide": "3",
    "told_waiting": "both",
    "told_members": "waiting",
    "told_failed": "owners",
    "face": "serif",
    "robots": "welcome",
}
PLACE = {"url": "https://other.example/", "title": "Other water"}
WRITE = {
    "/join": ("/join", {"login": "x"}, (422,) * 8),
    "/sign-in": ("/sign-in", {"login": "x{role}"}, (422,) * 8),
    "/sign-out": ("/sign-out", {}, (303,) * 8),
    "/sign-in/letter": ("/sign-in/letter", {"login": "x{role}"}, EVERYBODY),
    "/sign-in/link": ("/sign-in/link", {"token": "x"}, SPENT),
    "/sign-in/passkey": ("/sign-in/passkey", {"credential": "x"}, (422,) * 8),
    # The blog of this test has a number for a name, so it has no passkeys.
    "/sign-in/passkey/challenge": ("/sign-in/passkey/challenge", {}, (404,) * 8),
    "/account/passkeys/challenge": ("/account/passkeys/challenge", {}, (303,) + (404,) * 7),
    "/account/passkeys": ("/account/passkeys", {"credential": "x"}, (303,) + (422,) * 7),
    "/account/passkeys/<number:id>/removal": (
        "/account/passkeys/99999/removal",
        {},
        (303,) + (404,) * 7,
    ),
    "/sign-in/password": ("/sign-in/password", {"token": "x"}, SPENT),
    "/account/confirmation": ("/account/confirmation", {"token": "x"}, SPENT),
    "/account/confirmation/letter": ("/account/confirmation/letter", {}, ITS_OWNERS_READ),
    "/account/profile": ("/account/profile", {"name": "Nobody {role}"}, ITS_OWNERS_DO),
    "/account/email": ("/account/email", {"email": "{role}@new.example"}, ITS_OWNERS_READ),
    "/account/password": ("/account/password", {"password": "quite long enough"}, ITS_OWNERS_DO),
    "/account/sign-ins/<number:id>/ending": (
        "/account/sign-ins/99999/ending",
        {},
        (303,) + (404,) * 7,
    ),
    "/account/sign-ins/ending": ("/account/sign-ins/ending", {}, ITS_OWNERS_DO),
    "/account/leaving": ("/account/leaving", {"sure": "y"}, (303,) + (200,) * 6 + (409,)),
    "/account/notices": (
        "/account/notices",
        {"by_default": "daily", "as_author": "nothing"},
        ITS_OWNERS_DO,
    ),
    "/account/notices/feed": ("/account/notices/feed", {}, ITS_OWNERS_READ),
    "/account/notices/feed/ending": ("/account/notices/feed/ending", {}, ITS_OWNERS_DO),
    "/account/notices/ending": ("/account/notices/ending?token=x", {}, NOT_OURS),
    f"{DATED}/notices": (f"{POST}/notices", {"choice": "every"}, ITS_OWNERS_DO),
    f"{DATED}/comments": (f"{POST}/comments", {"text": "Hear."}, MEMBERS),
    f"{DATED}/comments/<number:number>/editing": (
        f"{POST}/comments/2/editing",
        {"text": "Mended."},
        WHO_WROTE_IT,
    ),
    f"{DATED}/comments/<number:number>/withdrawal": (
        f"{POST}/comments/1/withdrawal",
        {},
        WHO_WROTE_IT,
    ),
    f"{DATED}/comments/waiting/<number:id>/withdrawal": (
        f"{POST}/comments/waiting/{{waiting}}/withdrawal",
        {},
        WHO_WAITS,
    ),
    f"{DATED}/comments/<number:number>/hiding": (f"{POST}/comments/1/hiding", {}, MODERATORS),
    f"{DATED}/comments/<number:number>/showing": (f"{POST}/comments/1/showing", {}, MODERATORS),
    f"{DATED}/comments/<number:number>/report": (
        f"{POST}/comments/1/report",
        {"reason": "other"},
        REPORTERS,
    ),
    "/desk/comments": ("/desk/comments", {"do": "hide {comment}"}, MODERATORS),
    "/desk/comments/undoing": ("/desk/comments/undoing", {"press": "x"}, NOTHING_TO_UNDO),
    "/desk/posts/new": ("/desk/posts/new", TEXT, AUTHORS_DO),
    "/desk/posts/<number:id>": ("/desk/posts/{post}", TEXT, POST_AUTHORS_DO),
    "/desk/signing-in": ("/desk/signing-in", {"login": "x{role}"}, (422,) * 8),
    "/desk/posts/new/autosave": ("/desk/posts/new/autosave", TYPED, AUTHORS_KEEP),
    "/desk/posts/<number:id>/autosave": ("/desk/posts/{post}/autosave", TYPED, POST_AUTHORS_KEEP),
    "/desk/autosaves/<number:id>/removal": (
        "/desk/autosaves/{autosave}/removal",
        {},
        (303, 403, 403, 403, 403, 404, 303, 404),  # Not even the owner sees what was not saved.
    ),
    "/desk/posts/<number:id>/revisions/<number:number>/restoration": (
        "/desk/posts/{post}/revisions/1/restoration",
        {},
        POST_AUTHORS_DO,
    ),
    "/desk/posts/<number:id>/removal": (
        "/desk/posts/{draft}/removal",
        {},
        (303, 403, 403, 403, 403, 404, 303, 404),  # It goes once.
    ),
    "/desk/posts/<number:id>/preview-link": ("/desk/posts/{draft}/preview-link", {}, LINKED),
    "/desk/posts/<number:id>/preview-link/removal": (
        "/desk/posts/{draft}/preview-link/removal",
        {},
        POST_AUTHORS_DO,
    ),
    "/desk/resources/<slug:slug>": ("/desk/resources/ponds", {"title": "Ponds"}, AUTHORS_DO),
    "/desk/resources": ("/desk/resources", {"title": "Lakes {role}"}, AUTHORS_DO),
    "/desk/resources/<slug:slug>/removal": (
        "/desk/resources/ponds/removal",
        {"is_sure": "y"},
        (303, 403, 403, 403, 403, 303, 404, 404),  # It goes once.
    ),
    "/desk/collections/order": ("/desk/collections/order", {"order": "1,2"}, AUTHORS_DO),
    "/desk/resources/<slug:slug>/order": (
        "/desk/resources/ponds/order",
        {"do": "up {item}"},
        AUTHORS_DO,
    ),
    "/desk/resources/new": (
        "/desk/resources/new",
        {"url": "https://{role}.example/", "title": "Water", "collection": "ponds"},
        AUTHORS_DO,
    ),
    "/desk/resources/items/<number:id>": ("/desk/resources/items/{item}", PLACE, AUTHORS_DO),
    "/desk/resources/items/<number:id>/correction": (
        "/desk/resources/items/{item}/correction",
        {"url": "https://moved.example/"},
        (303, 403, 403, 403, 403, 303, 409, 409),  # Taken once, there is nothing left to take.
    ),
    "/desk/resources/items/<number:id>/removal": (
        "/desk/resources/items/{item}/removal",
        {},
        (303, 403, 403, 403, 403, 303, 404, 404),  # It goes once; then there is nothing left to go.
    ),
    "/desk/media": ("/desk/media", {"alt": "No file"}, (303, 403, 403, 403, 403, 422, 422, 422)),
    "/desk/media/<number:id>": (
        "/desk/media/{media}",
        {"alt": "A heron"},
        ITS_AUTHORS_DO,
    ),
    "/desk/media/<number:id>/replacement": (
        "/desk/media/{media}/replacement",
        {},
        (303, 403, 403, 403, 403, 403, 422, 422),
    ),
    "/desk/media/<number:id>/removal": (
        "/desk/media/{media}/removal",
        {"is_sure": "y"},
        (303, 403, 403, 403, 403, 403, 303, 404),
    ),
    "/desk/settings": ("/desk/settings", SETTINGS, OWNERS_DO),
    "/desk/members/<login:login>/role": (
        "/desk/members/cleo/role",
        {"role": "author"},
        OWNERS_DO,
    ),
    "/desk/invitations/<number:id>/revocation": (
        "/desk/invitations/99999/revocation",
        {},
        (303, 403, 403, 403, 403, 403, 403, 404),
    ),
    "/desk/invitations": ("/desk/invitations", {}, OWNERS_READ),
    "/desk/members/<login:login>/admission": ("/desk/members/dee/admission", {}, OWNERS_DO),
    "/desk/members/<login:login>/suspension": ("/desk/members/cleo/suspension", {}, OWNERS_DO),
    "/desk/members/<login:login>/restoration": ("/desk/members/eve/restoration", {}, OWNERS_DO),
}

# What other programs post to, and so without a token of ours (SAFETY 6).
FROM_ANYWHERE = {"/account/notices/ending"}
