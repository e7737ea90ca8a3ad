"""Members, the sessions they are signed in with, invitations to become one, and the tickets
behind the links in letters to them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.lib.db import Base, Id, WideInteger, choice


class Role(StrEnum):
    OWNER = "owner"
    AUTHOR = "author"
    MEMBER = "member"


class Standing(StrEnum):
    WAITING = "waiting"
    ADMITTED = "admitted"
    SUSPENDED = "suspended"
    LEFT = "left"


class Purpose(StrEnum):
    """What a link in a letter is for."""

    CONFIRM = "confirm"
    CHANGE = "change"
    SIGN_IN = "sign-in"
    RESET = "reset"


class Member(Base):
    __tablename__ = "members"
    __table_args__ = (
        Index(None, "joined_at", "id"),
        Index(None, "standing", "joined_at", "id"),
        Index(None, "role"),
        Index(
            "uq_members_email_verified",
            "email",
            unique=True,
            sqlite_where=text("verified_at IS NOT NULL"),
            postgresql_where=text("verified_at IS NOT NULL"),
        ),
        Index(None, "name"),
    )

    id: Mapped[Id]
    login: Mapped[str] = mapped_column(String(30), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    # In small letters. Several members may have given one address, and one of them has shown that
    # it is theirs: until then it claims nothing.
    email: Mapped[str] = mapped_column(String(254), index=True)
    verified_at: Mapped[datetime | None]
    password_hash: Mapped[str] = mapped_column(String(200))
    role: Mapped[Role] = mapped_column(choice(Role), default=Role.MEMBER)
    standing: Mapped[Standing] = mapped_column(choice(Standing), default=Standing.ADMITTED)
    about: Mapped[str] = mapped_column(String(300), default="")
    website: Mapped[str] = mapped_column(String(300), default="")
    joined_at: Mapped[datetime]
    seen_at: Mapped[datetime | None]

    @property
    def is_verified(self) -> bool:
        """Has shown that the e-mail address is theirs."""
        return self.verified_at is not None

    @property
    def is_owner(self) -> bool:
        return self.role == Role.OWNER and self.standing == Standing.ADMITTED

    @property
    def is_author(self) -> bool:
        """May write posts: authors and owners."""
        return self.role in (Role.OWNER, Role.AUTHOR) and self.standing == Standing.ADMITTED


class SignIn(Base):
    """One browser in which a member is signed in. Its token is in the cookie, its digest here."""

    __tablename__ = "sign_ins"

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("members.id", ondelete="CASCADE"), index=True
    )
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    # When who uses it last showed who they are.
    proved_at: Mapped[datetime | None]
    agent: Mapped[str] = mapped_column(String(60), default="")

    member: Mapped[Member] = relationship(lazy="raise")


class Invitation(Base):
    __tablename__ = "invitations"

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    made_by: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("members.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Passkey(Base):
    """A key pair of which a device or a password manager of the member has the private half."""

    __tablename__ = "passkeys"

    id: Mapped[Id]
    # Of the credential's id, which may be too long for an index.
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("members.id", ondelete="CASCADE"), index=True
    )
    # By what the device knows the member: random, and the same for all passkeys of one.
    handle: Mapped[bytes]
    # Its id and public key, as the device gave them (WebAuthn §6.5.1).
    credential: Mapped[bytes]
    # How often it has signed; always 0 where it does not count (WebAuthn §6.1.1).
    count: Mapped[int] = mapped_column(WideInteger)
    name: Mapped[str] = mapped_column(String(60))
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Ceremony(Base):
    """A challenge that was given to a browser and not answered yet. The challenge is in the
    cookie, its digest here; `member_id` is whom a passkey is to be added for."""

    __tablename__ = "ceremonies"

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int | None] = mapped_column(
        WideInteger, ForeignKey("members.id", ondelete="CASCADE"), index=True
    )
    expires_at: Mapped[datetime] = mapped_column(index=True)


class Ticket(Base):
    """A link in a letter: its token is in the letter, its digest here."""

    __tablename__ = "tickets"

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[Purpose] = mapped_column(choice(Purpose))
    member_id: Mapped[int] = mapped_column(
        WideInteger, ForeignKey("members.id", ondelete="CASCADE"), index=True
    )
    address: Mapped[str] = mapped_column(String(254))
    expires_at: Mapped[datetime] = mapped_column(index=True)
