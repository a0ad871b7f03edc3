"""Central's word: signed, for this very journal, all pages there, or nothing."""

import msgspec
import pytest

from suite.domain.ids import AccountId
from suite.domain.quantities import Points
from suite.journal.keys import Signer
from suite.runtime.errors import BundleRefused
from suite.sync.feed import ROWS_A_PAGE, AccountPage, AccountRow, Ack, FeedHeader, feed_frames, in_pages, read_feed
from suite.sync.frames import Frame

CENTRAL, STRANGER = Signer(bytes(range(32))), Signer(bytes(range(1, 33)))
LOG = bytes(range(16))
HEADER = FeedHeader(log=LOG.hex(), station="E1", station_name="Uno", to=5, at=1, ack=Ack(0, "00" * 32), pages=())


def rows(count):
    return [AccountRow(AccountId(n), Points(n * 10), f"Ana {n}") for n in range(1, count + 1)]


def frames(count=3, signer=CENTRAL, header=HEADER):
    return feed_frames(header, in_pages("account", map(msgspec.json.encode, rows(count))), signer)


def read(some_frames, log=LOG):
    """The header, and all pages."""
    feed = read_feed(iter(some_frames), log=log, central=CENTRAL.public)
    return feed.header, list(feed.pages())


def test_a_feed_is_read_as_it_was_cut():
    header, pages = read(frames(3))
    assert header.to == 5
    assert pages == [AccountPage(tuple(rows(3)))]


def test_many_rows_are_cut_into_pages():
    assert [len(page.rows) for page in read(frames(ROWS_A_PAGE + 1))[1]] == [ROWS_A_PAGE, 1]


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param([], id="nothing"),
        pytest.param(frames()[1:], id="pages without a header"),
        pytest.param(frames()[:1], id="a header without its pages"),
        pytest.param([*frames(), frames()[1]], id="a page twice"),
        pytest.param([frames()[0], frames(2)[1]], id="another page"),
        pytest.param(frames(signer=STRANGER), id="signed by a stranger"),
        pytest.param([Frame(b"F", frames()[0].content.replace(b'"to":5', b'"to":9')), frames()[1]], id="header edited"),
        pytest.param([Frame(b"F", b"{}\n00"), frames()[1]], id="no signature"),
    ],
)
def test_another_feed_is_refused(forged):
    with pytest.raises(BundleRefused):
        read(forged)


def test_a_feed_for_another_journal_is_refused():
    with pytest.raises(BundleRefused):
        read(frames(), log=bytes(16))
