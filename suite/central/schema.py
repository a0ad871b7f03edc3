"""Central's tables in SQLAlchemy Core. No statement here belongs to one engine; what does stands in `dialect`.

Primary: `own_entry` (central's own journal), `run` (stations' journals as they came, a block a run), `vault` (personal
data and verifiers, kept apart so that they can be forgotten), `issued` (the names of feeds that were told, so that one
that was never told betrays a restored central). `told` and what belongs to it is what stations are told, made from the
projections and kept up by what changes; it can be dropped, and every station then gets a whole feed. All others are
projections of the first two.
"""

from sqlalchemy import Column, Index, MetaData, PrimaryKeyConstraint, Table

from suite.central.columns import blob, flag, metadata, number, table, text

VERSION = 3

own_entry = table("own_entry", number("seq", key=True), number("count"), blob("body"), blob("head"), clustered=False)
run = table(
    "run",
    number("journal", key=True),
    number("first", key=True),
    number("last"),
    number("count"),
    number("received"),
    blob("prev"),
    blob("head"),
    blob("seal"),
    blob("signature"),
    blob("bodies"),
    Index("run_count", "count"),
    clustered=False,
)
issued = table(
    "issued",
    text("feed", key=True),
    number("journal"),
    number("count"),
    number("serial"),
    number("era"),
    number("at"),
    Index("issued_serial", "serial"),
    Index("issued_journal", "journal", "serial"),
    clustered=False,
)
vault = table("vault", text("commitment", key=True), blob("salt"), blob("blob"))

programme = table(
    "programme", number("version", key=True), number("at"), blob("content"), number("count"), clustered=False
)
journal = table(
    "journal",
    number("journal", key=True),
    blob("log"),
    text("station"),
    blob("sign"),
    blob("box"),
    blob("genesis"),
    number("parent"),
    number("start"),
    blob("start_head"),
    flag("revoked"),
    Index("journal_log", "log"),
    clustered=False,
)
asked = table("asked", blob("log", key=True), text("station"), number("at"), blob("genesis"), clustered=False)
era = table("era", number("era", key=True), number("count"), clustered=False)
station = table(
    "station", text("station", key=True), text("name"), number("value_numerator"), number("value_denominator")
)
node = table("node", text("node", key=True), text("name"), text("kind"))
invitation = table(
    "invitation", text("invitation", key=True), text("station"), text("secret"), flag("used"), number("at")
)
account = table("account", number("account", key=True), text("personal"), number("balance"), clustered=False)
membership = table(
    "membership",
    number("account", key=True),
    text("status"),
    flag("fleet"),
    text("tier"),
    text("assigned"),
    text("until"),
)
identity = table("identity", text("document", key=True), number("account", key=True))
merged = table("merged", number("account", key=True), number("parent"), Index("merged_parent", "parent"))
application = table(
    "application",
    number("account", key=True),
    text("station"),
    number("at"),
    text("card"),
    text("personal"),
    text("consent"),
    text("state"),
)
consent = table("consent", number("account", key=True), number("at", key=True), text("consent", key=True))
segment = table("segment", text("segment", key=True), number("account", key=True))
personal_rate = table(
    "personal_rate",
    text("promotion", key=True),
    number("account", key=True),
    number("numerator"),
    number("denominator"),
)
first_purchase = table(
    "first_purchase", text("promotion", key=True), number("account", key=True), text("day"), number("at")
)
card = table(
    "card",
    text("card", key=True),
    number("account"),
    text("status"),
    text("role"),
    text("issued"),
    number("changed"),
    Index("card_account", "account"),
)
card_used = table("card_used", text("card", key=True))
attendant = table(
    "attendant",
    text("station", key=True),
    text("attendant", key=True),
    text("personal"),
    text("verifier"),
    flag("manager"),
    number("issue"),
)
shipment = table(
    "shipment",
    number("note", key=True),
    text("prize", key=True),
    text("station"),
    number("quantity"),
    flag("received"),
    Index("shipment_station", "station"),
)
transfer = table(
    "transfer",
    text("note", key=True),
    text("sender"),
    text("receiver"),
    number("sent"),
    number("sent_journal"),
    number("sent_seq"),
    text("came_to"),
    number("came"),
    number("came_journal"),
    number("came_seq"),
    flag("missed"),
)
transfer_line = table("transfer_line", text("note", key=True), text("prize", key=True), number("sent"), number("came"))
stock = table("stock", text("station", key=True), text("prize", key=True), number("on_hand"))
movement = table(
    "movement",
    number("account", key=True),
    number("at", key=True),
    number("journal", key=True),
    number("seq", key=True),
    text("kind"),
    number("points"),
    text("reference"),
)
account_month = table(
    "account_month",
    number("account", key=True),
    number("month", key=True),
    number("earned"),
    number("spent"),
    number("expired"),
    number("lot"),
    number("used"),
    number("qualifying"),
)
accrual = table(
    "accrual",
    text("station", key=True),
    number("settled_in", key=True),
    number("month", key=True),
    text("product", key=True),
    number("points"),
)
prize_order = table(
    "prize_order",
    text("order", key=True),
    text("station"),
    number("at"),
    number("account"),
    text("card"),
    text("prize"),
    number("points"),
    number("slip", null=True),
    number("issued", null=True),
    text("prize_name"),
    flag("cancelled"),
    text("warehouse"),
    number("money"),
    text("place"),
    flag("here"),
    text("collect"),
    number("issuer"),
    number("seq"),
    Index("prize_order_issuer", "issuer", "seq"),
)
withdrawal = table(
    "withdrawal",
    number("issuer", key=True),
    number("seq", key=True),
    *(text("station"), number("at"), text("card"), text("prize"), text("until")),
)
prize_money = table(
    "prize_money",
    text("station", key=True),
    number("month", key=True),
    text("prize", key=True),
    number("taken"),
    number("given_back"),
)
delivery = table(
    "delivery",
    text("order", key=True),
    text("warehouse"),
    number("slip"),
    number("dispatched"),
    text("delivered"),
    text("receipt"),
)
portal_access = table("portal_access", number("account", key=True), clustered=False)
request = table(
    "request",
    text("request", key=True),
    text("portal"),
    number("at"),
    text("kind"),
    number("account"),
    text("card"),
    text("prize"),
    number("points"),
    text("blob"),
    text("state"),
    text("reason"),
    number("answered"),
    Index("request_state", "state", "portal"),
)
proposal = table(
    "proposal",
    number("proposal", key=True),
    number("account"),
    number("points"),
    text("reason"),
    text("by"),
    flag("open"),
)
fleet_invoice = table(
    "fleet_invoice", number("account", key=True), text("document", key=True), number("month"), number("points")
)
spent = table(
    "spent",
    number("journal", key=True),
    number("seq", key=True),
    number("account"),
    number("points"),
    number("back"),
    flag("authorised"),
)
hold = table(
    "hold",
    number("hold", key=True),
    text("station"),
    number("account"),
    text("card"),
    number("points"),
    text("day"),
    number("number"),
    number("opened"),
    number("closed"),
    number("used"),
    Index("hold_used", "used"),
    clustered=False,
)
granted = table(
    "granted", text("station", key=True), number("account", key=True), number("count", key=True), number("points")
)
released = table(
    "released", number("count", key=True), text("station"), number("account"), number("points"), number("hold")
)
turned_up = table("turned_up", number("count", key=True), number("released", key=True), number("points"))
declared = table(
    "declared", text("station", key=True), text("attendant", key=True), text("card", key=True), flag("holds")
)
claim = table(
    "claim",
    text("document", key=True),
    text("station", key=True),
    number("journal"),
    number("seq"),
    number("at"),
    flag("pos"),
    number("account"),
    text("card"),
)
claim_points = table(
    "claim_points",
    text("document", key=True),
    text("station", key=True),
    text("product", key=True),
    number("points"),
)
contest = table(
    "contest",
    text("document", key=True),
    text("station", key=True),
    number("at"),
)
feed_told = table("feed_told", number("journal", key=True), number("count"), text("feed"), number("registry"))
registry = table("registry", number("version", key=True), number("at"), text("content"), flag("retired"))
visited = table("visited", number("account", key=True), text("station", key=True))
job_mark = table("job_mark", text("job", key=True), number("count"))
message = table(
    "message",
    number("message", key=True),
    *map(text, ("note", "first", "last", "segment", "station", "campaign", "promotion", "product")),
    *map(number, ("times", "account", "withdrawn")),
)
profile_answer = table(
    "profile_answer", number("account", key=True), text("question", key=True), number("at"), number("answer")
)
message_shown = table("message_shown", number("account", key=True), number("message", key=True), number("times"))
incident = table(
    "incident",
    number("journal", key=True),
    number("seq", key=True),
    text("station"),
    number("at"),
    text("kind"),
    text("document"),
    text("card"),
    flag("open"),
    *map(text, ("note", "taken", "answer")),
    number("answered"),
    Index("incident_document", "station", "document"),
)
closed_month = table(
    "closed_month",
    number("month", key=True),
    number("accounts"),
    number("points"),
    number("seq"),
    number("cutoff"),
    clustered=False,
)
settlement = table("settlement", number("month", key=True), text("station", key=True), number("seq"))
settled_month = table("settled_month", number("month", key=True), number("seq"), clustered=False)
told = table(
    "told",
    text("scope"),
    text("page"),
    number("account"),
    text("key"),
    blob("content"),
    number("serial"),
    PrimaryKeyConstraint("page", "account", "scope", "key"),
    Index("told_serial", "scope", "serial"),
)
told_digest = table("told_digest", text("scope", key=True), text("page", key=True), number("rows"), text("total"))
told_again = table("told_again", number("account", key=True), text("day"), clustered=False)
told_state = table(
    "told_state",
    number("only", key=True),
    number("serial"),
    number("floor"),
    number("count"),
    number("own"),
    text("day"),
    clustered=False,
)
schema_version = table("schema_version", number("version", key=True), clustered=False)

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
PROJECTIONS = tuple(each for each in metadata.sorted_tables if each not in PRIMARY + TOLD)
