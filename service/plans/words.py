"""The words of the company by date: the metrics and the event types of every vocabulary that was published."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from service.domain.counting import Measures
from service.plans.event_names import EVENT_NAMES
from service.plans.vocabulary import Vocabulary, vocabulary_from_document


@dataclass(frozen=True, slots=True)
class Words:
    """Everything needed to read events of any day: each vocabulary with its first day, the earliest first."""

    vocabularies: tuple[tuple[date, Vocabulary], ...]
    measures: Measures

    @property
    def own_types(self) -> frozenset[str]:
        """The types of events that the company ever declared."""
        return frozenset(name for _, vocabulary in self.vocabularies for name in vocabulary.own_types)

    def knows_type(self, event_type: str, day: date) -> bool:
        """Whether a type of event is ours, or the company's own on that day."""
        if event_type in EVENT_NAMES:
            return True
        in_force = next((item for starts_on, item in reversed(self.vocabularies) if starts_on <= day), None)
        return in_force is not None and event_type in in_force.own_types


def words_of(documents: Iterable[tuple[date, str]]) -> Words:
    """The words of the published documents, each with its first day, the earliest first."""
    read = tuple((starts_on, vocabulary_from_document(document)) for starts_on, document in documents)
    return Words(read, Measures(tuple((starts_on, item.metrics) for starts_on, item in read)))
