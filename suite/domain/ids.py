"""Names of things. Each is a type of its own, so that a card never stands where an account belongs."""

from typing import Literal, NewType

AccountId = NewType("AccountId", int)
"""Number of a points account. A member owns one; all its cards add to and spend one balance (MEM-6)."""

AttendantNumber = NewType("AttendantNumber", str)
"""Two digits, unique in a station; typed in front of the PIN (STA-2)."""

CardNumber = NewType("CardNumber", str)
"""What a card's track or barcode carries: 4 to 19 digits (ISO/IEC 7812 allows 19 at most)."""

DocumentNumber = NewType("DocumentNumber", str)
"""Number of the sale's ticket or invoice; names a sale for ever within its station (STA-10)."""

CampaignCode = NewType("CampaignCode", str)
"""Names a campaign (STA-5); several messages may be one campaign's."""

GroupCode = NewType("GroupCode", str)
"""A group of products: settlement is printed by it (CEN-4)."""

OrderNumber = NewType("OrderNumber", str)
"""`STATION-SEQ` of the entry that asked for a scheduled prize (PRZ-3); of a portal's, the request's number."""

PrizeCode = NewType("PrizeCode", str)
PromotionCode = NewType("PromotionCode", str)
ProductCode = NewType("ProductCode", str)

QuestionCode = NewType("QuestionCode", str)
"""A question of the consumption profile (MEM-11)."""

RequestNumber = NewType("RequestNumber", str)
"""`PORTAL-SEQ.NNNNNN` of the entry with which a member asked for something; the digits tell copies of a disk apart."""

RuleCode = NewType("RuleCode", str)

SegmentCode = NewType("SegmentCode", str)
"""A named set of members, kept by central; promotions ask for it (PTS-2)."""

ShippingNote = NewType("ShippingNote", int)
"""Number of a shipment of prizes from central to one station (STK-3)."""

TransferNote = NewType("TransferNote", str)
"""`STATION-SEQ.NNNNNN` of the entry with which a station sent prizes to another (STK-1).

The digits tell copies of a disk apart, and a mistyped number from another note's.
"""

NOTE_PATTERN = r"[0-9A-Za-z._-]{1,24}-[0-9]{1,16}\.[0-9]{6}"
"""Numbers that a node gives by the place of the entry, with six digits of its own behind."""

StationCode = NewType("StationCode", str)
"""A node's code in its network; most are stations'."""

NodeKind = Literal["station", "warehouse", "portal"]
"""What a node beside central is for, and so what its journal may hold (`events.rights`)."""

TierCode = NewType("TierCode", str)
"""A step of the ladder (PTS-3); the empty code is a member of no tier."""

NO_TIER = TierCode("")

PROVISIONAL = 10**15
"""Account numbers from here on were given out by a station with no link (MEM-1): `PROVISIONAL + number × 10**6 + n`.

`number` is the station's in the network; central's own account numbers have 15 digits at most and stay below.
"""

CENTRAL = StationCode("central")
"""The name central's own journal carries where a station's would stand."""

CODE_PATTERN = "^[0-9A-Za-z][0-9A-Za-z._-]{0,23}$"
"""Codes of stations, products, groups, prizes and rules: safe in a file name, a column and a line of text."""

CARD_PATTERN = "^[0-9]{4,19}$"
"""Digits of 0-9 only: Unicode has other digits, which no reader sends."""

DOCUMENT_PATTERN = "^[0-9A-Za-z][0-9A-Za-z ._/:-]{0,39}$"
"""Tickets and invoices: 40 characters at most, printable, no markup."""
