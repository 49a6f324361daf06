"""Values in groups and clusters as a linear model: one mean per group, one slope per covariate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analytics.stats.follow_up import Codes, factor
from analytics.stats.result import GroupSummary, NotComparable
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_covariate, checked_values, chosen_pairs, refuse_one_group, summary

# Singular values below this share of the largest are rounding.
NEGLIGIBLE = 1e-10


@dataclass(frozen=True)
class Model:
    """The linear model on one scale: ``response`` has mean 0 and variance 1, and so has every covariate.

    ``columns`` are the indicators of the groups, then the covariates (rows × columns). An estimate in the unit of the
    values is ``spread`` times that of the model, a slope also divided by its ``covariate_spread``.
    """

    labels: tuple[str, ...]
    covariates: tuple[str, ...]
    cluster: Codes
    sizes: Values
    values: Values
    group: Codes
    response: Values
    columns: Values
    spread: float
    covariate_spread: Values

    @property
    def clusters(self) -> int:
        return self.sizes.size

    def summaries(self) -> tuple[GroupSummary, ...]:
        """The distribution of each group's values, whichever cluster they are of."""
        return tuple(summary(label, self.values[self.group == code]) for code, label in enumerate(self.labels))

    def pairs(self, reference: str | None) -> list[tuple[str, str]]:
        """Every pair of groups, or each group against the reference."""
        return chosen_pairs(self.labels, reference)

    def difference(self, first: str, second: str) -> Values:
        """The combination of coefficients that is the first group minus the second."""
        combination = np.zeros(self.columns.shape[1])
        combination[self.labels.index(first)], combination[self.labels.index(second)] = 1, -1
        return combination

    def slope(self, covariate: str) -> Values:
        """The combination of coefficients that is the slope of a covariate, in its own unit."""
        combination = np.zeros(self.columns.shape[1])
        position = self.covariates.index(covariate)
        combination[len(self.labels) + position] = 1 / self.covariate_spread[position]
        return combination

    def all_differences(self) -> Values:
        """Orthonormal combinations that are all 0 when no two groups differ: one row for each group but one."""
        count = len(self.labels)
        rows = np.zeros((count - 1, self.columns.shape[1]))
        for row in range(1, count):
            rows[row - 1, :row], rows[row - 1, row] = 1, -row
            rows[row - 1] /= np.sqrt(row * (row + 1))
        return rows

    def cluster_sums(self, values: Values) -> Values:
        """Sums of each column over the rows of each cluster (clusters × columns)."""
        return cluster_sums(values, self.cluster, self.clusters)


def clustered_model(
    values: ArrayLike,
    group: ArrayLike,
    cluster: ArrayLike,
    *,
    order: Sequence[str] | None,
    covariates: Mapping[str, ArrayLike] | None,
) -> Model:
    """The model of values, each of a group and of a cluster, with its refusals.

    Raises :class:`NotComparable` on values that are missing or not finite, one group, one cluster, clusters of one
    value each, and on covariates that are constant or follow from the groups and the other covariates.
    """
    array = checked_values(values, label="values")
    groups = factor(group, size=array.size, order=order)
    clusters = factor(cluster, size=array.size)
    refuse_one_group(groups.size)
    refuse_unclustered(array.size, clusters.size)
    names = tuple(covariates or {})
    adjusting = [checked_covariate(column, name=name, size=array.size) for name, column in (covariates or {}).items()]
    covariate_spread = np.array([column.std() for column in adjusting])
    indicators = (groups.codes[:, None] == np.arange(groups.size)).astype(np.float64)
    columns = [indicators]
    for name, column, spread in zip(names, adjusting, covariate_spread, strict=True):
        columns.append(((column - column.mean()) / spread)[:, None])
        rank = np.linalg.matrix_rank(np.hstack(columns), tol=NEGLIGIBLE * np.sqrt(array.size))
        if rank < groups.size + len(columns) - 1:
            text = _("{name} follows from the groups and the covariates before it. Leave it out.")
            raise NotComparable(text, code="collinear", name=name)
    spread = float(array.std()) if np.ptp(array) else 0.0
    return Model(
        labels=groups.labels,
        covariates=names,
        cluster=clusters.codes,
        sizes=np.bincount(clusters.codes).astype(np.float64),
        values=array,
        group=groups.codes,
        response=(array - array.mean()) / spread if spread else np.zeros_like(array),
        columns=np.hstack(columns),
        spread=spread,
        covariate_spread=covariate_spread,
    )


def refuse_unclustered(values: int, clusters: int) -> None:
    """Raise :class:`NotComparable` where clusters cannot be told from the whole or from single values."""
    if clusters < 2:
        raise NotComparable(
            _("All values are of one cluster (patient, experiment), so nothing is known of others."), code="one-cluster"
        )
    if clusters == values:
        text = _(
            "Each cluster (patient, experiment) has a single value, so the values are independent: compare them "
            "without clusters."
        )
        raise NotComparable(text, code="single-values")


def no_spread_within() -> NotComparable:
    """What to raise where the values of every cluster are equal."""
    return NotComparable(
        _("The values of a cluster (patient, experiment) are all equal: compare one value per cluster."),
        code="no-spread-within",
    )


def cluster_sums(values: Values, cluster: Codes, clusters: int) -> Values:
    """Sums of each column of ``values`` over the rows of each cluster (clusters × columns).

    >>> cluster_sums(np.array([[1.0], [2.0], [4.0]]), np.array([0, 1, 0]), 2).tolist()
    [[5.0], [2.0]]
    """
    return np.stack([np.bincount(cluster, column, minlength=clusters) for column in values.T], axis=1)
