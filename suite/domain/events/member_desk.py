"""Facts of a station about the member at the counter, beside sales and prizes: said, asked, answered, reported."""

from suite.domain.events.base import Event
from suite.domain.ids import AccountId, AttendantNumber, CardNumber, DocumentNumber, QuestionCode
from suite.domain.incidents import ReportKind


class MessageShown(Event, frozen=True, kw_only=True, tag="MessageShown.1"):
    """A message of the office was shown to be said to the member at the counter (MEM-12). `message` is its number."""

    message: int
    card: CardNumber
    account: AccountId
    attendant: AttendantNumber


class QuestionAnswered(Event, frozen=True, kw_only=True, tag="QuestionAnswered.1"):
    """A member answered a question of the consumption profile (MEM-11): with the answer at place `answer`, from 1.

    `version` is the programme's, which has the words. A later answer takes the place of an earlier one.
    """

    question: QuestionCode
    answer: int
    version: int
    card: CardNumber
    account: AccountId
    attendant: AttendantNumber


class IncidentReported(Event, frozen=True, kw_only=True, tag="IncidentReported.1"):
    """An attendant told central of something that a person has to look into (STA-6).

    `note` commits to what they wrote, a blob that travels beside the journal and can be forgotten; empty for nothing.
    """

    kind: ReportKind
    note: str = ""
    document: DocumentNumber = DocumentNumber("")
    card: CardNumber = CardNumber("")
    attendant: AttendantNumber


MemberDeskEvent = MessageShown | QuestionAnswered | IncidentReported
