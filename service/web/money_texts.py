"""The words of a person's money, in Bulgarian and in English."""

from __future__ import annotations

MONEY_TEXTS: dict[str, tuple[str, str]] = {
    "month_so_far": ("Този месец досега", "This month so far"),
    "show_amounts": ("Покажи сумите", "Show amounts"),
    "answer_money": ("{amount} за {month}: {status}", "{amount} for {month}: {status}"),
    "answer_no_money": ("Още няма начисления за {month}", "Nothing earned yet in {month}"),
    "lines": ("Начисления", "Lines"),
    "total": ("Общо за изплащане", "Total payable"),
    "statement_ready": ("Месечната справка за {month} е готова.", "Your statement for {month} is ready."),
    "statement_open": ("Справката за месеца", "The statement of the month"),
    "statement_pdf": ("Изтегли като PDF", "Download as PDF"),
    "how": ("Как е сметнато", "How it is counted"),
    "information": ("изплаща се от ТРЗ", "paid by payroll"),
    "proposed": ("чака решение", "waits for a decision"),
    "forfeited": ("няма да бъде изплатено", "will not be paid"),
    "held_back": ("Отложено, общо в края на месеца", "Held back, in all at the end of the month"),
    "advanced": ("Аванс срещу бъдещ бонус, остатък", "Advanced against later bonus, still open"),
    "reductions_open": (
        "Намаляващи корекции, които чакат решение или прихващане",
        "Reductions that wait for a decision, or to be set off",
    ),
    "deal_part": ("Сделка {deal}: {amount}", "Deal {deal}: {amount}"),
    "deal_let_go": ("Сделка {deal}: {amount}, {because}", "Deal {deal}: {amount}, {because}"),
    "no_deal": ("без номер", "without a number"),
    "because_paid_in_full": ("платена изцяло", "paid in full"),
    "because_paid_in_part": ("по платената част", "for the part that is paid"),
    "because_time": ("срокът изтече", "its time has come"),
    "because_correction": ("корекция", "a correction"),
    "besides": ("Отделно от сумата", "Beside the total"),
    "estimated": ("очаквано", "estimated"),
    "confirmed": ("потвърдено", "confirmed"),
    "approved": ("одобрено", "approved"),
    "paid": ("изплатено", "paid"),
    "estimated_why": (
        "Очаквано до месечното приключване; може да се промени с всяко ново действие.",
        "Estimated until the month is closed; it may change with every new event.",
    ),
    "month_end": (
        "Изчислява се на {calculate}; въпроси до {review} в {time}; изплаща се на {pay}.",
        "Calculated on {calculate}; questions until {review}, {time}; paid on {pay}.",
    ),
    "month_paid_on": ("Изплаща се на {pay}.", "Paid on {pay}."),
}
