"""Files of a POS as tests write them: the shapes of real ones, small, with names and numbers of our own."""

from suite.domain.ids import CardNumber

CARD = CardNumber("600001")


def fuel(grade="1", litres="10.000", amount="1000.00", pump="4", status="normal"):
    return (
        f'<TransactionLine status="{status}"><FuelLine><FuelGradeID>{grade}</FuelGradeID><FuelPositionID>{pump}'
        f"</FuelPositionID><Description>SUPER</Description><SalesQuantity>{litres}</SalesQuantity>"
        f'<SalesAmount currency="ARS">{amount}</SalesAmount></FuelLine></TransactionLine>'
    )


def item(code="779001", pieces="1", amount="50.00", department="02"):
    return (
        f"<TransactionLine><ItemLine><ItemCode><POSCode>{code}</POSCode></ItemCode><Description>Café &amp; más"
        f"</Description><MerchandiseCode>{department}</MerchandiseCode><SalesQuantity>{pieces}</SalesQuantity>"
        f"<SalesAmount>{amount}</SalesAmount></ItemLine></TransactionLine>"
    )


def prepay(amount="3000.00", original=""):
    link = f"<LinkedTransactionInfo><OriginalTransactionID>{original}</OriginalTransactionID></LinkedTransactionInfo>"
    return (
        f"<TransactionLine><FuelPrepayLine><FuelPositionID>4</FuelPositionID><SalesAmount>{amount}</SalesAmount>"
        f"{link if original else ''}</FuelPrepayLine></TransactionLine>"
    )


def card(number=CARD):
    return (
        f"<TransactionLine><Loyalty><AccountInfo><AccountID>{number}</AccountID></AccountInfo>"
        "<EarnedPointsQuantity>7</EarnedPointsQuantity></Loyalty></TransactionLine>"
    )


def event(number, *lines, at="2026-10-15T09:30:00", total="1000.00", flags=""):
    day, clock = at.split("T")
    return (
        f"<SaleEvent>{flags}<TransactionID>{number}</TransactionID><ReceiptDate>{day}</ReceiptDate>"
        f"<ReceiptTime>{clock}</ReceiptTime><BusinessDate>{day}</BusinessDate><TransactionDetailGroup>{''.join(lines)}"
        "</TransactionDetailGroup><TransactionSummary><TransactionTotalGrandAmount>"
        f"{total}</TransactionTotalGrandAmount></TransactionSummary></SaleEvent>"
    )


def journal(*events, store="77", head='<?xml version="1.0" encoding="utf-8"?>'):
    return (
        f'{head}<NAXML-POSJournal version="3.6" xmlns="http://www.naxml.org/POSBO/Vocabulary/2003-10-16">'
        f"<TransmissionHeader><StoreLocationID>{store}</StoreLocationID></TransmissionHeader><JournalReport>"
        f"<JournalHeader/>{''.join(events)}<OtherEvent/></JournalReport></NAXML-POSJournal>"
    ).encode()


def sold(code="11", amount="50.00", pieces="1", void=""):
    return (
        f"<LineItem {void}><Sale><ItemID>{code}</ItemID><Description>x</Description><Quantity>{pieces}</Quantity>"
        f"<ExtendedAmount>{amount}</ExtendedAmount></Sale></LineItem>"
    )


def transaction(sequence, *lines, total="50.00", tax="0.00", loyalty=""):
    number = f"<acs:LoyaltyID>000{loyalty}</acs:LoyaltyID>"
    membership = f"<LineItem><acs:LoyaltyMembership>{number}</acs:LoyaltyMembership></LineItem>"
    return (
        f"<Transaction><RetailStoreID>9</RetailStoreID><WorkstationID>2</WorkstationID><SequenceNumber>{sequence}"
        "</SequenceNumber><BusinessDayDate>2026-10-15</BusinessDayDate><RetailTransaction><ReceiptDateTime>"
        f"2026-10-15T09:30:00</ReceiptDateTime>{''.join(lines)}{membership if loyalty else ''}"
        f'<Total TotalType="TransactionGrandAmount">{total}</Total><Total TotalType="TransactionTaxAmount">{tax}'
        "</Total></RetailTransaction></Transaction>"
    )


def poslog(*transactions):
    control = "<Transaction><ControlTransaction><NoSale/></ControlTransaction></Transaction>"
    return f'<POSLog xmlns="http://a/" xmlns:acs="http://b/">{control}{"".join(transactions)}</POSLog>'.encode()
