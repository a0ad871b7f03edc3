"""The rows of messages to members, told to all stations: made again when anything or the day changed."""

import msgspec

from suite.central.store import CentralStore
from suite.central.told import NETWORK, ToldRow
from suite.domain.ids import AccountId
from suite.domain.messages import Message
from suite.domain.personal import Note
from suite.sync.feed import encode_key

MESSAGE = "message"


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


def text_of(blob: bytes) -> str:
    """What a note says."""
    return msgspec.json.decode(blob, type=Note).text
