"""What the pages say of money, its lines and the questions about them, in Bulgarian and in English."""

from __future__ import annotations

MONEY_TEXTS: dict[str, tuple[str, str]] = {
    "statement_ready": ("Месечната справка за {month} е готова.", "Your statement for {month} is ready."),
    "statement_open": ("Справката за месеца", "The statement of the month"),
    "statement_pdf": ("Изтегли като PDF", "Download as PDF"),
    "information": ("изплаща се от ТРЗ", "paid by payroll"),
    "proposed": ("чака решение", "waits for a decision"),
    "forfeited": ("няма да бъде изплатено", "will not be paid"),
    "held_back": ("Отложено, общо в края на месеца", "Held back, in all at the end of the month"),
    "advanced": ("Аванс срещу бъдещ бонус, остатък", "Advanced against later bonus, still open"),
    "deal_part": ("Сделка {deal}: {amount}", "Deal {deal}: {amount}"),
    "deal_let_go": ("Сделка {deal}: {amount}, {because}", "Deal {deal}: {amount}, {because}"),
    "no_deal": ("без номер", "without a number"),
    "because_paid_in_full": ("платена изцяло", "paid in full"),
    "because_time": ("срокът изтече", "its time has come"),
    "because_correction": ("корекция", "a correction"),
    "month_end": (
        "Изчислява се на {calculate}; въпроси до {review} в {time}; изплаща се на {pay}.",
        "Calculated on {calculate}; questions until {review}, {time}; paid on {pay}.",
    ),
    "month_paid_on": ("Изплаща се на {pay}.", "Paid on {pay}."),
    "question_on_line": ("Въпрос за този ред", "A question about this line"),
    "question_open": ("чака отговор", "waits for an answer"),
    "question_answered": ("отговорено", "answered"),
    "question_corrected": ("коригирано", "corrected"),
    "question_due": ("отговор до {day}", "answer due by {day}"),
    "question_from_me": ("Въпрос:", "Question:"),
    "question_from_finance": ("Отговор:", "Answer:"),
    "question_mine": ("Какво не е ясно?", "What is not clear?"),
    "question_send": ("Изпрати", "Send"),
    "question_answer": ("Отговор", "Answer"),
    "question_corrects": ("Редът се коригира", "The line is corrected"),
    "question_words_closed": (
        "Разговорът е между служителя и финансите.",
        "The words are between the person and finance.",
    ),
    "answer_questions": ("Чакат отговор: {count}", "Questions that wait for an answer: {count}"),
    "answer_no_questions": ("Няма въпроси, които чакат.", "No question waits."),
    "questions": ("Въпроси", "Questions"),
}
"""Each text by its name, Bulgarian first."""
