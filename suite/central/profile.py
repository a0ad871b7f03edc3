"""The consumption profile at central: who answered what (MEM-11)."""

import msgspec

from suite.central.office import Office
from suite.domain.errors import N_, NotThere, Phrase
from suite.domain.ids import AccountId, QuestionCode

EVERY = QuestionCode("")
"""All questions."""


class ProfileLine(msgspec.Struct, frozen=True):
    """A member's newest answer to a question of the programme: its place from 1, and its words."""

    member: AccountId
    question: QuestionCode
    answer: int
    text: str


def profile(office: Office, question: QuestionCode = EVERY, answer: int = 0) -> list[ProfileLine]:
    """The answers to the programme's questions, or to one, or those who gave one answer to it; by question and member.

    Merged accounts are one member, whose newest answer counts. Raises NotThere for no such question.
    """
    with office.store.transaction():
        words = {each.code: each.answers for each in office.programme().questions}
        if question and question not in words:
            raise NotThere(what=Phrase(N_("question")), name=question)
        given = office.store.board.answers(office.store.members.groups())
    return [
        ProfileLine(member, code, newest.answer, words[code][newest.answer - 1])
        for (code, member), newest in sorted(given.items())
        if code in words
        and newest.answer <= len(words[code])
        and question in ("", code)
        and answer in (0, newest.answer)
    ]
