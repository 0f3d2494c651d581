"""What the pages say around questions about lines of money, in Bulgarian and in English."""

from __future__ import annotations

QUESTION_TEXTS: dict[str, tuple[str, str]] = {
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
