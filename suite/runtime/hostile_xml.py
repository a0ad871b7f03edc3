"""XML from outside, read element by element: no DTD, no entity of its own, everything bounded.

Python's own expat, with what makes XML dangerous refused before it is obeyed: a document type (and with it entities
that multiply or reach for other files), depth, long texts, endless elements.
"""

from collections.abc import Collection, Iterator
from xml.parsers import expat

import msgspec

from suite.domain.errors import N_
from suite.runtime.errors import BadInput
from suite.runtime.safe_text import safe_text

XML_MAX = 64 * 1024 * 1024
"""A shift of 140 sales is 0.7 MB; this is a month of the busiest station in one file."""
DEPTH_MAX = 40
"""Journals of tills are eight deep."""
NODES_MAX = 20_000
"""Elements of one sale: the longest we have seen has some thousands."""
TEXT_MAX = 64 * 1024
"""Characters of one element or attribute; what is longer is a picture or an attack."""
CHUNK = 64 * 1024

CUT_SHORT = frozenset(
    expat.errors.codes[each]
    for each in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)
"""What expat says at the end of a file whose rest is still to come."""


class Element(msgspec.Struct, frozen=True):
    """One element without its name space: its own text, and the elements in it."""

    tag: str
    attributes: dict[str, str]
    children: list["Element"]
    pieces: list[str]

    @property
    def text(self) -> str:
        """Its own text, as one plain line."""
        return safe_text("".join(self.pieces))

    def all(self, tag: str) -> Iterator["Element"]:
        """The elements of that name right inside this one."""
        return (child for child in self.children if child.tag == tag)

    def deep(self, tag: str) -> Iterator["Element"]:
        """The elements of that name at any depth, in the order of the file."""
        for child in self.children:
            if child.tag == tag:
                yield child
            yield from child.deep(tag)

    def find(self, path: str) -> "Element | None":
        """The first element at a path like `Tender/TenderCode`."""
        tag, _, rest = path.partition("/")
        found = next(self.all(tag), None)
        return found.find(rest) if found is not None and rest else found

    def said(self, path: str) -> str:
        """The text at a path; empty where there is none."""
        found = self.find(path)
        return found.text if found is not None else ""


def elements(content: bytes, root: str, wanted: Collection[str]) -> Iterator[Element]:
    """The outermost elements of those names, in the order of the file. One at a time is in memory.

    Raises BadInput for a file that is no XML, has another root, a document type, or more than is allowed of anything;
    `unfinished` for one that ends too early.
    """
    if len(content) > XML_MAX:
        raise BadInput(N_("The file is larger than {limit} bytes."), limit=XML_MAX)
    reader = _Reader(root, frozenset(wanted))
    for start in range(0, len(content), CHUNK):
        reader.feed(content[start : start + CHUNK], last=False)
        yield from reader.taken()
    reader.feed(b"", last=True)
    yield from reader.taken()


class _Reader:
    """Expat, and the tree of the element that is being read."""

    def __init__(self, root: str, wanted: frozenset[str]) -> None:
        self._root, self._wanted = root, wanted
        self._depth = self._nodes = 0
        self._open: list[Element] = []
        self._done: list[Element] = []
        self._length = 0
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._say
        self._parser.StartDoctypeDeclHandler = _refuse_document_type
        self._parser.EntityDeclHandler = _refuse_document_type
        self._parser.ExternalEntityRefHandler = _refuse_document_type

    def feed(self, piece: bytes, *, last: bool) -> None:
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError as error:
            if last and error.code in CUT_SHORT:
                trouble = BadInput(N_("The file ends in the middle, at line {line}."), line=error.lineno)
                trouble.unfinished = True
                raise trouble from None
            raise BadInput(N_("Line {line} is not XML: {reason}."), line=error.lineno, reason=error) from None
        except (LookupError, ValueError) as error:
            raise BadInput(N_("Its letters are in no encoding known here: {reason}."), reason=error) from None

    def taken(self) -> list[Element]:
        done, self._done = self._done, []
        return done

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        tag = _local(name)
        self._depth += 1
        if self._depth == 1 and tag != self._root:
            raise BadInput(
                N_("It begins with {found!r} and not with {wanted!r}: it is another kind of file."),
                found=safe_text(tag),
                wanted=self._root,
            )
        if self._depth > DEPTH_MAX:
            raise BadInput(N_("Its elements are nested more than {limit} deep."), limit=DEPTH_MAX)
        if not self._open and tag not in self._wanted:
            return
        self._nodes = self._nodes + 1 if self._open else 1
        if self._nodes > NODES_MAX:
            raise BadInput(N_("One sale has more than {limit} elements."), limit=NODES_MAX)
        if any(len(value) > TEXT_MAX for value in attributes.values()):
            raise BadInput(N_("A text in it is longer than {limit} characters."), limit=TEXT_MAX)
        element = Element(tag, {_local(key): safe_text(value) for key, value in attributes.items()}, [], [])
        if self._open:
            self._open[-1].children.append(element)
        self._open.append(element)
        self._length = 0

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._open:
            element = self._open.pop()
            if not self._open:
                self._done.append(element)

    def _say(self, text: str) -> None:
        if not self._open:
            return
        self._length += len(text)
        if self._length > TEXT_MAX:
            raise BadInput(N_("A text in it is longer than {limit} characters."), limit=TEXT_MAX)
        self._open[-1].pieces.append(text)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_document_type(*_: object) -> int:
    raise BadInput(N_("It declares a document type (DTD), which no journal of a POS needs."))
