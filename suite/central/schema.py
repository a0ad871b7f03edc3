"""Central's tables in SQLAlchemy Core. No statement here belongs to one engine; what does stands in `dialect`.

Primary: `own_entry` (central's own journal), `run` (stations' journals as they came, a block a run), `vault` (personal
data and verifiers, kept apart so that they can be forgotten), `issued` (the names of feeds that were told, so that one
that was never told betrays a restored central). `told` and what belongs to it is what stations are told, made from the
projections and kept up by what changes; it can be dropped, and every station then gets a whole feed. All others are
projections of the first two.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
)

VERSION = 3
metadata = MetaData()


def _table(name: str, *columns: Column[Any] | Index | PrimaryKeyConstraint, clustered: bool = True) -> Table:
    """A strict table, kept in the order of its primary key where the engine can."""
    return Table(name, metadata, *columns, sqlite_with_rowid=not clustered, sqlite_strict=True)


def _number(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    return Column(
        name, BigInteger().with_variant(Integer, "sqlite"), primary_key=key, nullable=null, autoincrement=False
    )


def _text(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=null)


def _bytes(name: str, *, key: bool = False) -> Column[bytes]:
    return Column(name, LargeBinary, primary_key=key, nullable=False)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean().with_variant(Integer, "sqlite"), nullable=False)


own_entry = _table(
    "own_entry", _number("seq", key=True), _number("count"), _bytes("body"), _bytes("head"), clustered=False
)
run = _table(
    "run",
    _number("journal", key=True),
    _number("first", key=True),
    _number("last"),
    _number("count"),
    _number("received"),
    _bytes("prev"),
    _bytes("head"),
    _bytes("seal"),
    _bytes("signature"),
    _bytes("bodies"),
    Index("run_count", "count"),
    clustered=False,
)
issued = _table(
    "issued",
    _text("feed", key=True),
    _number("journal"),
    _number("count"),
    _number("serial"),
    _number("era"),
    _number("at"),
    Index("issued_serial", "serial"),
    Index("issued_journal", "journal", "serial"),
    clustered=False,
)
vault = _table("vault", _text("commitment", key=True), _bytes("salt"), _bytes("blob"))

programme = _table(
    "programme", _number("version", key=True), _number("at"), _bytes("content"), _number("count"), clustered=False
)
journal = _table(
    "journal",
    _number("journal", key=True),
    _bytes("log"),
    _text("station"),
    _bytes("sign"),
    _bytes("box"),
    _bytes("genesis"),
    _number("parent"),
    _number("start"),
    _bytes("start_head"),
    _flag("revoked"),
    Index("journal_log", "log"),
    clustered=False,
)
asked = _table("asked", _bytes("log", key=True), _text("station"), _number("at"), _bytes("genesis"), clustered=False)
era = _table("era", _number("era", key=True), _number("count"), clustered=False)
station = _table(
    "station", _text("station", key=True), _text("name"), _number("value_numerator"), _number("value_denominator")
)
node = _table("node", _text("node", key=True), _text("name"), _text("kind"))
invitation = _table(
    "invitation", _text("invitation", key=True), _text("station"), _text("secret"), _flag("used"), _number("at")
)
account = _table("account", _number("account", key=True), _text("personal"), _number("balance"), clustered=False)
membership = _table(
    "membership",
    _number("account", key=True),
    _text("status"),
    _flag("fleet"),
    _text("tier"),
    _text("assigned"),
    _text("until"),
)
identity = _table("identity", _text("document", key=True), _number("account", key=True))
merged = _table("merged", _number("account", key=True), _number("parent"), Index("merged_parent", "parent"))
application = _table(
    "application",
    _number("account", key=True),
    _text("station"),
    _number("at"),
    _text("card"),
    _text("personal"),
    _text("consent"),
    _text("state"),
)
consent = _table("consent", _number("account", key=True), _number("at", key=True), _text("consent", key=True))
segment = _table("segment", _text("segment", key=True), _number("account", key=True))
personal_rate = _table(
    "personal_rate",
    _text("promotion", key=True),
    _number("account", key=True),
    _number("numerator"),
    _number("denominator"),
)
first_purchase = _table(
    "first_purchase", _text("promotion", key=True), _number("account", key=True), _text("day"), _number("at")
)
card = _table(
    "card",
    _text("card", key=True),
    _number("account"),
    _text("status"),
    _text("role"),
    _text("issued"),
    _number("changed"),
    Index("card_account", "account"),
)
card_used = _table("card_used", _text("card", key=True))
attendant = _table(
    "attendant",
    _text("station", key=True),
    _text("attendant", key=True),
    _text("personal"),
    _text("verifier"),
    _flag("manager"),
    _number("issue"),
)
shipment = _table(
    "shipment",
    _number("note", key=True),
    _text("prize", key=True),
    _text("station"),
    _number("quantity"),
    _flag("received"),
    Index("shipment_station", "station"),
)
stock = _table("stock", _text("station", key=True), _text("prize", key=True), _number("on_hand"))
movement = _table(
    "movement",
    _number("account", key=True),
    _number("at", key=True),
    _number("journal", key=True),
    _number("seq", key=True),
    _text("kind"),
    _number("points"),
    _text("reference"),
)
account_month = _table(
    "account_month",
    _number("account", key=True),
    _number("month", key=True),
    _number("earned"),
    _number("spent"),
    _number("expired"),
    _number("lot"),
    _number("used"),
    _number("qualifying"),
)
accrual = _table(
    "accrual",
    _text("station", key=True),
    _number("settled_in", key=True),
    _number("month", key=True),
    _text("product", key=True),
    _number("points"),
)
prize_order = _table(
    "prize_order",
    _text("order", key=True),
    _text("station"),
    _number("at"),
    _number("account"),
    _text("card"),
    _text("prize"),
    _number("points"),
    _number("slip", null=True),
    _number("issued", null=True),
    _text("prize_name"),
    _flag("cancelled"),
    _text("warehouse"),
    _number("money"),
    _text("place"),
    _flag("here"),
    _text("collect"),
    _number("issuer"),
    _number("seq"),
    Index("prize_order_issuer", "issuer", "seq"),
)
withdrawal = _table(
    "withdrawal",
    _number("issuer", key=True),
    _number("seq", key=True),
    *(_text("station"), _number("at"), _text("card"), _text("prize"), _text("until")),
)
prize_money = _table(
    "prize_money",
    _text("station", key=True),
    _number("month", key=True),
    _text("prize", key=True),
    _number("taken"),
    _number("given_back"),
)
delivery = _table(
    "delivery",
    _text("order", key=True),
    _text("warehouse"),
    _number("slip"),
    _number("dispatched"),
    _text("delivered"),
    _text("receipt"),
)
portal_access = _table("portal_access", _number("account", key=True), clustered=False)
request = _table(
    "request",
    _text("request", key=True),
    _text("portal"),
    _number("at"),
    _text("kind"),
    _number("account"),
    _text("card"),
    _text("prize"),
    _number("points"),
    _text("blob"),
    _text("state"),
    _text("reason"),
    _number("answered"),
    Index("request_state", "state", "portal"),
)
proposal = _table(
    "proposal",
    _number("proposal", key=True),
    _number("account"),
    _number("points"),
    _text("reason"),
    _text("by"),
    _flag("open"),
)
fleet_invoice = _table(
    "fleet_invoice", _number("account", key=True), _text("document", key=True), _number("month"), _number("points")
)
spent = _table(
    "spent",
    _number("journal", key=True),
    _number("seq", key=True),
    _number("account"),
    _number("points"),
    _number("back"),
    _flag("authorised"),
)
hold = _table(
    "hold",
    _number("hold", key=True),
    _text("station"),
    _number("account"),
    _text("card"),
    _number("points"),
    _text("day"),
    _number("number"),
    _number("opened"),
    _number("closed"),
    Index("hold_closed", "closed"),
    clustered=False,
)
granted = _table(
    "granted", _text("station", key=True), _number("account", key=True), _number("count", key=True), _number("points")
)
declared = _table(
    "declared", _text("station", key=True), _text("attendant", key=True), _text("card", key=True), _flag("holds")
)
claim = _table(
    "claim",
    _text("document", key=True),
    _text("station", key=True),
    _number("journal"),
    _number("seq"),
    _number("at"),
    _flag("pos"),
    _number("account"),
    _text("card"),
)
claim_points = _table(
    "claim_points",
    _text("document", key=True),
    _text("station", key=True),
    _text("product", key=True),
    _number("points"),
)
contest = _table(
    "contest",
    _text("document", key=True),
    _text("station", key=True),
    _number("at"),
)
feed_told = _table("feed_told", _number("journal", key=True), _number("count"), _text("feed"))
visited = _table("visited", _number("account", key=True), _text("station", key=True))
job_mark = _table("job_mark", _text("job", key=True), _number("count"))
incident = _table(
    "incident",
    _number("journal", key=True),
    _number("seq", key=True),
    _text("station"),
    _number("at"),
    _text("kind"),
    _text("document"),
    _text("card"),
    _flag("open"),
    Index("incident_document", "station", "document"),
)
closed_month = _table(
    "closed_month",
    _number("month", key=True),
    _number("accounts"),
    _number("points"),
    _number("seq"),
    _number("cutoff"),
    clustered=False,
)
settlement = _table("settlement", _number("month", key=True), _text("station", key=True), _number("seq"))
settled_month = _table("settled_month", _number("month", key=True), _number("seq"), clustered=False)
told = _table(
    "told",
    _text("scope"),
    _text("page"),
    _number("account"),
    _text("key"),
    _bytes("content"),
    _number("serial"),
    PrimaryKeyConstraint("page", "account", "scope", "key"),
    Index("told_serial", "scope", "serial"),
)
told_digest = _table("told_digest", _text("scope", key=True), _text("page", key=True), _number("rows"), _text("total"))
told_again = _table("told_again", _number("account", key=True), _text("day"), clustered=False)
told_state = _table(
    "told_state",
    _number("only", key=True),
    _number("serial"),
    _number("floor"),
    _number("count"),
    _number("own"),
    _text("day"),
    clustered=False,
)
schema_version = _table("schema_version", _number("version", key=True), clustered=False)

staged_move = Table(
    "staged_move",
    MetaData(),
    *(Column(c.name, c.type, nullable=False) for c in movement.columns),
    Column("month", account_month.c.month.type, nullable=False),
    Column("effect", account_month.c.month.type, nullable=False),
    prefixes=["TEMPORARY"],
)
"""A batch of movements on its way into three tables; lives for one flush, in memory."""

NOT_SETTLED = 0
"""`accrual.settled_in` before its settlement; no month is zero."""

PRIMARY = (own_entry, run, issued, vault, schema_version)
TOLD = (told, told_digest, told_again, told_state)
PROJECTIONS = tuple(table for table in metadata.sorted_tables if table not in PRIMARY + TOLD)
