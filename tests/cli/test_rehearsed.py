"""What is done once, before the web processes are forked."""

from sqlalchemy import event, select

from app.cli.serve import rehearse
from app.stats.models import Day


def test_what_is_asked_for_most_is_answered_before_anybody_asks(app, house, world):
    with app.app_context():  # As in the command.
        rehearse(app, house)
        assert house.database.engine.pool.checkedout() == 0
    house.ledger.write()
    with house.database.reading() as session:
        assert session.scalars(select(Day)).all() == []
    said = []
    event.listen(house.database.engine, "before_cursor_execute", lambda *given: said.append(given))
    for path in ("/", world.address):
        answer = app.test_client().get(path, base_url=house.config.site_url)
        assert answer.status_code == 200
    assert said == []


def test_a_blog_without_posts_is_ready_too(app, house):
    rehearse(app, house)
    assert app.test_client().get("/", base_url=house.config.site_url).status_code == 200
