"""`flask member …`: members, from the machine itself."""

import click
from flask.cli import AppGroup

from app.cli.failing import unit_of_work
from app.http.store import house
from app.lib import clock
from app.members import passkeys, signin, signup
from app.members.models import Role
from app.members.queries import named
from app.members.signup import Applicant

ROLE = click.Choice([role.value for role in Role])

member = AppGroup("member", help="Members: make one, change a role or a password.")


@member.command()
@click.argument("login")
@click.option("--name", required=True, help="The name that is shown.")
@click.option("--email", required=True)
@click.option("--role", type=ROLE, default=Role.MEMBER.value, show_default=True)
@click.password_option()
def create(login: str, name: str, email: str, role: str, password: str) -> None:
    """Make a member whose sign-in name is LOGIN."""
    applicant = Applicant(login, name, email, password)
    with unit_of_work() as session:
        signup.create(session, applicant, Role(role), house().hasher, clock.now())
    click.echo(f"{login} is now a member, as {role}.")


@member.command()
@click.argument("login")
@click.argument("role", type=ROLE)
def role(login: str, role: str) -> None:
    """Make LOGIN an owner, an author or a member."""
    with unit_of_work() as session:
        signup.change_role(session, login, Role(role))
    click.echo(f"{login} is now {role}.")


@member.command()
@click.argument("login")
@click.password_option()
def password(login: str, password: str) -> None:
    """Give LOGIN another password, end all that was signed in, and remove all passkeys: whoever
    got in before stays out."""
    with unit_of_work() as session:
        found = named(session, login)
        signin.set_password(session, found, password, house().hasher)
        has_lost = passkeys.remove_all(session, found)
    end = "and the passkeys are removed" if has_lost else "and there were no passkeys"
    click.echo(f"{login} has another password, is signed out everywhere, {end}.")
