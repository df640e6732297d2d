"""What the daemon answers, as values."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from ._errors import ReplyError


@dataclass(frozen=True, slots=True)
class CoveredDataset:
    """A dataset that was searched."""

    slug: str
    images: int
    rows: int
    keys: Mapping[str, int]
    """How many keys it has in each namespace. It is only found by those."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a miss covers: the datasets that the index held, unchanged, before and after the question."""

    datasets: tuple[CoveredDataset, ...]

    def findable_by(self, namespace: str) -> tuple[str, ...]:
        """The slugs of datasets that have keys of a namespace. A key, as `identify` returns it, will do as well."""
        return tuple(dataset.slug for dataset in self.datasets if _is_findable(dataset, namespace))

    def not_findable_by(self, namespace: str) -> tuple[str, ...]:
        """The slugs of datasets without such keys: of these, a miss says nothing."""
        return tuple(dataset.slug for dataset in self.datasets if not _is_findable(dataset, namespace))


def _is_findable(dataset: CoveredDataset, namespace: str) -> bool:
    return dataset.keys.get(namespace.partition(":")[0], 0) > 0


@dataclass(frozen=True, slots=True)
class Hit:
    """The image is in these datasets. Is true."""

    datasets: tuple[str, ...]

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Miss:
    """The image is in none of the datasets that `coverage` has. Is false."""

    coverage: Coverage

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class Refused:
    """There is no answer, for this reason: neither found nor not found. Is neither true nor false: `bool` raises it."""

    error: ReplyError

    def __bool__(self) -> bool:
        raise self.error


class Listing(NamedTuple):
    """A row of a dataset's list."""

    dataset: str
    key: str
    """The row's primary key. It differs from the key that was asked for if that is an account, for instance."""
    listed: str
    """The form that the list has."""
    keys: tuple[tuple[str, str], ...]
    """The row's other keys: namespace and value."""


@dataclass(frozen=True, slots=True)
class Listings:
    """What each dataset listed for an identifier."""

    rows: tuple[Listing, ...]
    is_truncated: bool
    """Whether there are more rows than the daemon sends."""


class Dataset(NamedTuple):
    """A dataset of the index."""

    slug: str
    images: int
    accounts: int
    rows: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Account:
    """The images of an account."""

    names: tuple[str, ...]
    """The requested name first."""
    datasets: Mapping[str, int]
    """The number of its images in each dataset that lists the account or has one of its images."""
    images: int
    memberships: int
    listed: tuple[tuple[str, tuple[str, ...]], ...]
    """Each image and the datasets that have it, if requested."""


class LabelCount(NamedTuple):
    identifiers: int
    images: int
    memberships: int
    rejected: int


@dataclass(frozen=True, slots=True)
class CrossReference:
    """A list of identifiers counted by dataset and by label. PROTOCOL.md defines the counts (TALLY)."""

    rows: int
    invalid: int
    unresolvable: int
    duplicates: int
    identifiers: int
    images: int
    unmatched: int
    unsearchable: int
    memberships: int
    datasets: Mapping[str, int]
    labels: Mapping[str, LabelCount]
    cells: Mapping[tuple[str, str], int]
    """Images by dataset and label."""


class Rejection(NamedTuple):
    """A row that was not loaded."""

    row: int
    """Its number in the load, from 1."""
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class LoadOutcome:
    """What a load has changed."""

    rows: int
    accepted: int
    rejected: int
    images: int
    memberships: int
    is_unchanged: bool
    """Whether the dataset had this list already."""


class HealthSubject(NamedTuple):
    name: str
    is_ok: bool
    text: str
