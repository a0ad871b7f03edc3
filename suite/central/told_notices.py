"""The rows of messages to members and of what stations reported: made again when anything or the day changed."""

from collections import Counter

import msgspec

from suite.central.store import CentralStore
from suite.central.told import NETWORK, ToldRow
from suite.domain.ids import AccountId, StationCode
from suite.domain.incidents import ANSWERS_TOLD_MS, REPORTED, REPORTS_TOLD
from suite.domain.messages import Message
from suite.domain.personal import Note
from suite.domain.quantities import Moment
from suite.sync.desk_pages import ReportRow
from suite.sync.feed import encode_key

MESSAGE, REPORT = "message", "report"


def message_rows(store: CentralStore, today: str) -> list[ToldRow]:
    """What stands, for whoever stands for the member today; nothing whose text was erased with them."""
    standing = store.board.standing(today)
    texts = store.kept_of([each.note for each in standing])
    groups, gone = (
        store.members.groups_around({each.account for each in standing if each.account}),
        store.members.gone(),
    )
    rows = list[ToldRow]()
    for each in standing:
        if each.note not in texts or each.account in gone:
            continue
        account = groups.root_of(each.account) if each.account else AccountId(0)
        text = text_of(texts[each.note])
        row = Message(each.number, text, each.first, each.last, each.times, account, each.segment, each.station)
        rows.append(ToldRow(NETWORK, MESSAGE, 0, encode_key(MESSAGE, row), msgspec.json.encode(row)))
    return rows


def report_rows(store: CentralStore, today: Moment) -> list[ToldRow]:
    """Each station's own reports, as far as it still hears of them. `today` is the moment at which the day began."""
    reports = store.board.reports(Moment(max(0, today - ANSWERS_TOLD_MS)))
    texts = store.kept_of([each.answer for each in reports if each.answer])
    rows, told = list[ToldRow](), Counter[StationCode]()
    for each in reports:
        told[each.station] += 1
        if told[each.station] > REPORTS_TOLD:
            continue
        answer = text_of(texts[each.answer]) if each.answer in texts else ""
        kind = each.kind.removeprefix(REPORTED)
        row = ReportRow(each.where.number, each.at, kind, each.document, each.card, each.state, answer)  # type: ignore[arg-type]  # a column of text
        rows.append(ToldRow(each.station, REPORT, 0, encode_key(REPORT, row), msgspec.json.encode(row)))
    return rows


def text_of(blob: bytes) -> str:
    """What a note says."""
    return msgspec.json.decode(blob, type=Note).text
