"""The words of a printed statement in English and Bulgarian."""

from __future__ import annotations

from collections.abc import Mapping

from service.domain.figures import Language

WORDS: Mapping[str, tuple[str, str]] = {
    "title": ("Statement of variable pay", "Справка за променливото възнаграждение"),
    "employee": ("Employee", "Служител"),
    "role": ("Role", "Роля"),
    "team": ("Team", "Екип"),
    "plan": ("Pay plan", "Бонусна схема"),
    "plan_version": ("{title}, version {version}", "{title}, редакция {version}"),
    "status": ("Status", "Състояние"),
    "issued": ("Issued", "Издадена"),
    "statement_version": ("Version", "Версия"),
    "estimated": ("estimated, may still change", "очаквано, може да се промени"),
    "confirmed": ("confirmed", "потвърдено"),
    "approved": ("approved", "одобрено"),
    "paid": ("paid", "изплатено"),
    "withdrawn": ("withdrawn, another version holds", "оттеглена, важи друга версия"),
    "headline": ("To be paid for {month}, gross", "За изплащане за {month}, бруто"),
    "standards": ("Standards of the month", "Стандарти за месеца"),
    "standard": ("Standard", "Стандарт"),
    "target": ("Target", "План"),
    "actual": ("Actual", "Отчет"),
    "attainment": ("Attainment", "Изпълнение"),
    "weight": ("Weight", "Тежест"),
    "earned": ("Earned in {month}", "Начислено за {month}"),
    "earlier": ("From earlier months", "За минали месеци"),
    "undecided": ("Waits for a decision, not deducted", "Чака решение, не се приспада"),
    "information": ("For information: paid by payroll", "За сведение: изплаща се от ТРЗ"),
    "forfeited": ("Held back before, no longer paid", "Отложено преди, няма да бъде изплатено"),
    "sum": ("Sum", "Общо"),
    "payable": ("To be paid, gross", "За изплащане, бруто"),
    "before": ("before {amount}", "преди {amount}"),
    "after": ("now {amount}", "сега {amount}"),
    "balances": ("Balances at the end of the month", "Салда в края на месеца"),
    "held": ("Held back until its condition is met", "Отложена част до изпълнение на условието"),
    "draw": ("Advance against later bonus, still open", "Аванс срещу бъдещ бонус, остатък"),
    "deal": ("Deal {deal}: {amount}", "Сделка {deal}: {amount}"),
    "deal_because": ("Deal {deal}: {amount}, {because}", "Сделка {deal}: {amount}, {because}"),
    "no_deal": ("without a number", "без номер"),
    "paid_in_full": ("paid in full", "платена изцяло"),
    "time": ("its time has come", "срокът изтече"),
    "correction": ("a correction", "корекция"),
    "met": ("met", "изпълнено"),
    "unmet": ("not met", "неизпълнено"),
    "multiplied": ("{label}: times {factor}", "{label}: по {factor}"),
    "nothing": ("Nothing was earned in this month.", "За този месец няма начисления."),
    "gross": (
        "Amounts are gross. Taxes and insurance are worked out by payroll.",
        "Сумите са бруто. Данъците и осигуровките се изчисляват от ТРЗ.",
    ),
    "ask": (
        "A question about a line? Ask it on your page “Money”; the answer stays with the line.",
        "Въпрос за ред? Задайте го на страницата „Пари“; отговорът остава към реда.",
    ),
    "fingerprint": ("Fingerprint", "Отпечатък"),
    "page": ("page {page} of {pages}", "стр. {page} от {pages}"),
}
"""English and Bulgarian, side by side so that a change of one is seen beside the other."""


def word(key: str, language: Language, **values: str) -> str:
    """A word or sentence with its values."""
    english, bulgarian = WORDS[key]
    return (bulgarian if language is Language.BG else english).format_map(values)
