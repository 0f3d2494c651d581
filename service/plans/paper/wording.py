"""Wording: the sentences of a plan document in English and Bulgarian, one for every kind of rule."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("en", "bg")

SENTENCES: Mapping[str, tuple[str, str]] = {
    "fixed": ("You get {amount} a month{prorated}.", "Получавате {amount} на месец{prorated}."),
    "scorecard": (
        "You get {amount} for doing the standards{prorated}, divided by these weights:",
        "Получавате {amount} за изпълнение на стандартите{prorated}, разпределени с тези тежести:",
    ),
    "rate": ("You get {price} of {base}{above}.", "Получавате {price} от {base}{above}."),
    "each": ("You get {price} for each of {base}{above}.", "Получавате {price} за всяка единица от {base}{above}."),
    "marginal": (
        "You get a share of {measure}, each slice at its own rate:",
        "Получавате дял от {measure}, всяка част по своя ставка:",
    ),
    "whole": (
        "The tier that {measure} reaches decides what you get of all of {base}:",
        "Стъпката, до която стига {measure}, определя какво получавате от цялата стойност на {base}:",
    ),
    "step": ("{measure} decides which amount you get:", "{measure} определя коя сума получавате:"),
    "interpolated": (
        "{measure} decides the amount, in straight lines between these points:",
        "{measure} определя сумата, по права линия между тези точки:",
    ),
    "accelerator": (
        "On the part of {base} above your target you get extra:",
        "За частта от {base} над целта получавате допълнително:",
    ),
    "multiplier": (
        "{lines}: multiplied by a factor that depends on {by}:",
        "{lines}: умножава се по коефициент според {by}:",
    ),
    "gate": (
        "Of {lines} everything is paid only if all of this holds; otherwise {otherwise} is paid:",
        "От {lines} се изплаща всичко само ако е изпълнено изброеното; иначе се изплаща {otherwise}:",
    ),
    "kicker": (
        "You get {amount} for each of {per}{above}{max_units}.",
        "Получавате {amount} за всяка единица от {per}{above}{max_units}.",
    ),
    "kicker_once": ("You get {amount} once.", "Получавате еднократно {amount}."),
    "penalty": (
        "This part is lower by {amount} for each of {per}{above}, by at most {max}.",
        "Тази част намалява с {amount} за всяка единица от {per}{above}, най-много с {max}.",
    ),
    "cap": ("{lines}: together at most {max}.", "{lines}: общо най-много {max}."),
    "floor": ("{lines}: together at least {min}.", "{lines}: общо поне {min}."),
    "holdback": (
        "{share} of {lines} is kept until the customer has paid in full.",
        "{share} от {lines} се задържа, докато клиентът плати изцяло.",
    ),
    "holdback_pro_rata": (
        "{share} of {lines} is kept, and released as the customer pays: at every moment the share that is paid.",
        "{share} от {lines} се задържа и се изплаща с плащанията на клиента: винаги толкова, какъвто дял е платен.",
    ),
    "release_pay": (
        "What is still kept {days} days after the month is paid then.",
        "Каквото е още задържано {days} дни след месеца, се изплаща тогава.",
    ),
    "release_forfeit": (
        "What is still kept {days} days after the month is not paid any more.",
        "Каквото е още задържано {days} дни след месеца, отпада.",
    ),
    "draw": (
        "Together, {lines} are topped up to {amount}; what was advanced is taken back later out of earnings above it.",
        "Общо {lines} се допълват до {amount}; авансираното се приспада по-късно от заработеното над тази сума.",
    ),
    "clawback": (
        "What was paid for refunded money is taken back, at most {max_share} of the variable part of a month.",
        "Платеното за върнати пари се приспада, най-много {max_share} от променливата част за месеца.",
    ),
    "formula": ("You get {amount}.", "Получавате {amount}."),
    "when": ("Only if {when}.", "Само ако {when}."),
    "accumulate_year": ("It is counted over the whole year.", "Изчислява се за цялата година."),
    "accumulate_quarter": ("It is counted over the whole quarter.", "Изчислява се за цялото тримесечие."),
    "per_deal": (
        "It is worked out for each deal that you win, on its own.",
        "Изчислява се поотделно за всяка спечелена от Вас сделка.",
    ),
    "pool": (
        "A fund of {rate} of {base}{most} is shared among {members}, once, when the month is closed.",
        "Фонд от {rate} от {base}{most} се разпределя веднъж, при месечното приключване, между {members}.",
    ),
    "share_equal": ("Everybody gets the same part.", "Всички получават поравно."),
    "share_by": ("It is shared by {by}.", "Разпределя се според {by}."),
    "eligible": ("A member takes part if {eligible}.", "Участва всеки, при когото {eligible}."),
    "member_max": (
        "Nobody gets more than {share} of it; what is above goes to the others.",
        "Никой не получава повече от {share} от него; остатъкът отива при другите.",
    ),
    "points_per": (
        "You get {points} for each of {metric}{daily_max}.",
        "Получавате {points} за всяка единица от {metric}{daily_max}.",
    ),
    "points_when": (
        "You get {points} on a working day on which {when}.",
        "Получавате {points} за работен ден, в който {when}.",
    ),
    "points_streak": (
        "For working days in a row on which {when} you get:",
        "За поредни работни дни, в които {when}, получавате:",
    ),
    "days_off": (
        "Days off and absences neither extend nor break a row of days.",
        "Почивните дни и отсъствията нито удължават, нито прекъсват серия от дни.",
    ),
    "freezes": (
        "Missed days that leave its length as it is: {count} a month.",
        "Пропуснати дни, които запазват дължината ѝ: {count} на месец.",
    ),
    "badge": (
        "You win this badge once, when over all your time here {when}.",
        "Печелите тази значка веднъж, когато за цялото време тук {when}.",
    ),
}
"""English and Bulgarian, side by side so that a change of one is seen beside the other."""

PHRASES: Mapping[str, tuple[str, str]] = {
    "prorated": (", for the days worked", ", за отработените дни"),
    "above": (" above {value}", " над {value}"),
    "max_units": (", for at most {value} of them", ", за най-много {value} от тях"),
    "from": ("from {start}: {worth}", "от {start}: {worth}"),
    "over": ("above {start}: {worth}", "над {start}: {worth}"),
    "part": ("{weight} for {standard}{curve}", "{weight} за {standard}{curve}"),
    "attainment": ("the attainment of {name}", "изпълнението на {name}"),
    "target": ("the target of {name}", "целта за {name}"),
    "ratio": ("{top} divided by {bottom}", "{top}, разделено на {bottom}"),
    "at_least": ("{left} is at least {right}", "{left} е поне {right}"),
    "more": ("{left} is more than {right}", "{left} е повече от {right}"),
    "at_most": ("{left} is at most {right}", "{left} е най-много {right}"),
    "less": ("{left} is less than {right}", "{left} е по-малко от {right}"),
    "equal": ("{left} is {right}", "{left} е {right}"),
    "unequal": ("{left} is not {right}", "{left} не е {right}"),
    "and": (" and ", " и "),
    "or": (" or ", " или "),
    "not": ("not: ", "не: "),
    "annex": (
        "Annex to the internal pay rules: how the bonus of this role is worked out",
        "Приложение към вътрешните правила за работната заплата: как се изчислява бонусът за тази роля",
    ),
    "version": ("Version {version}", "Версия {version}"),
    "holds_from": ("in force from {day}", "в сила от {day}"),
    "holds_to": ("until {day}", "до {day}"),
    "hash": ("Fingerprint of this plan:", "Отпечатък на тази схема:"),
    "for_company": ("For the company: name, date, signature", "За работодателя: име, дата, подпис"),
    "has_read": ("I have read it: name, date, signature", "Запознат(а) съм: име, дата, подпис"),
    "their_points": ("their points", "техните точки"),
    "most": (", at most {value}", ", най-много {value}"),
    "subordinates_all": ("everybody in the team", "всички в екипа"),
    "subordinates_direct": ("those who report to the leader directly", "преките подчинени на ръководителя"),
    "daily_max": (", at most {value} a day", ", най-много {value} на ден"),
    "point": ("{count} point", "{count} точка"),
    "points": ("{count} points", "{count} точки"),
    "reward": ("{days} days: {points}", "{days} дни: {points}"),
    "given_per": ("{value} x {each}: {points}", "{value} x {each}: {points}"),
    "given_most": (" (at most {value} a day)", " (най-много {value} на ден)"),
    "given_when": ("{label}: {points}", "{label}: {points}"),
    "given_streak": ("{days} days in a row: {points}", "{days} поредни дни: {points}"),
    "asked_at_least": ("{left}: {value}, at least {right} is asked", "{left}: {value}, иска се поне {right}"),
    "asked_more": ("{left}: {value}, more than {right} is asked", "{left}: {value}, иска се повече от {right}"),
    "asked_at_most": ("{left}: {value}, at most {right} is allowed", "{left}: {value}, допуска се най-много {right}"),
    "asked_less": ("{left}: {value}, less than {right} is asked", "{left}: {value}, иска се по-малко от {right}"),
    "asked_equal": ("{left}: {value}, {right} is asked", "{left}: {value}, иска се {right}"),
    "asked_unequal": ("{left}: {value}, anything but {right} is asked", "{left}: {value}, иска се друго освен {right}"),
    "of_line": ("{line}: {amount}", "{line}: {amount}"),
    "over_year": (
        "Counted over the whole year; paid for it before: {amount}",
        "Изчислено за цялата година; начислено за нея преди: {amount}",
    ),
    "over_quarter": (
        "Counted over the whole quarter; paid for it before: {amount}",
        "Изчислено за цялото тримесечие; начислено за него преди: {amount}",
    ),
    "of_deal": ("Deal {deal}: {text}", "Сделка {deal}: {text}"),
    "fund": ("A part of a fund of {amount}", "Дял от фонд от {amount}"),
    "posted": ("Posted before: {amount}", "Вече начислено: {amount}"),
    "entitled": ("Due on all facts: {amount}", "Дължимо по всички данни: {amount}"),
    "reduced_by": (
        "What the closing of {month} reduced: {amount}",
        "Намаляваща корекция, начислена с приключването на {month}: {amount}",
    ),
    "advance_agreed": (
        "Basis: an advance agreed in the pay plan, rule “{reference}”",
        "Основание: аванс, уговорен в бонусната схема, правило „{reference}“",
    ),
    "arithmetical_error": (
        "Basis: an arithmetical error, {reference}",
        "Основание: техническа грешка в изчислението, {reference}",
    ),
    "written_consent": (
        "Basis: your written consent, {reference}",
        "Основание: Вашето писмено съгласие, {reference}",
    ),
    "written_off": ("It will not be taken from you", "Няма да се прихваща от възнаграждението Ви"),
    "remaining": ("What is left of it: {amount}", "Остатък от нея: {amount}"),
    "late_events": ("Events that arrived late: {count}", "Късно получени действия: {count}"),
    "changed": ("{name}: {before} at the close, {after} now", "{name}: {before} при приключването, {after} сега"),
    "hint_more": ("{step} more of {title} unlocks {gain}", "Още {step} от {title}: {gain} повече"),
    "hint_less": ("{step} less of {title} unlocks {gain}", "{step} по-малко от {title}: {gain} повече"),
    "example": ("Worked examples", "Разработени примери"),
    "total": ("Total of the month", "Общо за месеца"),
    "chart": ("Pay of the month against {name}", "Възнаграждение за месеца според {name}"),
}
"""Parts of sentences."""

NAMES: Mapping[str, tuple[str, str]] = {
    "employee.fixed_salary": ("your fixed salary", "основната си заплата"),
    "employee.soft_salary": ("your soft salary", "променливата си заплата"),
    "employee.tenure_months": ("the months since you were hired", "месеците от постъпването"),
    "employee.grade": ("your grade", "Вашата степен"),
    "employee.fte": ("your part of full time", "Вашата част от пълното време"),
    "calendar.workdays": ("the working days of the month", "работните дни в месеца"),
    "calendar.worked_days": ("the days you worked", "отработените дни"),
    "points.total": ("your points", "Вашите точки"),
    "deal.amount": ("the amount of the deal", "сумата на сделката"),
    "deal.margin": ("the margin of the deal", "маржа на сделката"),
    "deal.term_months": ("the months of the contract", "месеците на договора"),
    "deal.customer_kind": ("the kind of customer", "вида на клиента"),
}
"""What is the same in every plan."""


def sentence(key: str, language: str, values: Mapping[str, str]) -> str:
    """A sentence with its values, beginning with a capital letter."""
    text = SENTENCES[key][LANGUAGES.index(language)].format_map(values)
    return text[:1].upper() + text[1:]


def phrase(key: str, language: str, **values: str) -> str:
    """A part of a sentence with its values."""
    return PHRASES[key][LANGUAGES.index(language)].format_map(values)
