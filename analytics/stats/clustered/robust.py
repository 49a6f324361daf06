"""Groups of values in clusters by least squares, with an error that rests on the clusters alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analytics.stats.clustered.design import NEGLIGIBLE, Model, clustered_model
from analytics.stats.clustered.inference import Fitted, clustered_result
from analytics.stats.clustered.result import ClusteredResult
from analytics.stats.result import NotComparable, Note
from analytics.stats.result import gettext_noop as _
from analytics.stats.samples import Values, checked_confidence

_ROBUST = _("Least squares with the cluster-robust variance CR2, degrees of freedom by Bell and McCaffrey")

# Degrees of freedom below which the approximation of the distribution is rough (Tipton 2015).
FEW_DEGREES = 4


def cluster_robust(
    values: ArrayLike,
    group: ArrayLike,
    cluster: ArrayLike,
    *,
    order: Sequence[str] | None = None,
    reference: str | None = None,
    covariates: Mapping[str, ArrayLike] | None = None,
    confidence: float = 0.95,
    unit: str = "",
) -> ClusteredResult:
    """Whether the means of groups differ, with nothing assumed about how the values of a cluster hang together.

    Arguments, groups and differences are those of :func:`~analytics.stats.mixed_model`. Estimates are least squares:
    every value counts the same. Their variance is the sandwich M(Σ XᵢᵀAᵢeᵢeᵢᵀAᵢXᵢ)M over clusters i, M = (XᵀX)⁻¹, with
    Aᵢ = (I − XᵢMXᵢᵀ)^(−½), the correction CR2 of Bell & McCaffrey that makes it unbiased when values are independent
    with one variance. Differences are on Student's t with the degrees of freedom that this variance has in that case
    (Satterthwaite), the question whether any groups differ on F with the degrees of Pustejovsky & Tipton (HTZ), as in
    R's clubSandwich.

    Assumes independent clusters only: variances may differ between groups and clusters. Ties need no treatment. Use it
    where the mixed model's assumptions are in doubt; a note says where too few clusters stand behind a comparison.

    Raises :class:`NotComparable` as the mixed model does, and where a group or a covariate rests on one cluster alone.

    Bell RM, McCaffrey DF. Surv Methodol 2002;28:169–181. Pustejovsky JE, Tipton E. J Bus Econ Stat 2018;36:672–683.

    >>> weights = [6.6, 7.4, 7.2, 7.1, 6.4, 6.0, 6.3, 7.0, 6.8, 5.7, 5.4, 5.9, 6.2, 6.0, 5.2, 5.5, 6.1, 6.3]
    >>> litters = [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 6, 6, 7, 7]
    >>> result = cluster_robust(weights, ["none"] * 9 + ["high"] * 9, litters, order=["none", "high"], unit="g")
    >>> print(result.comparisons[0])
    none minus high: difference of means 0.9444 g (95% CI 0.3067 to 1.582), t = 3.875, 4.723 df, p = 0.013
    """
    checked_confidence(confidence)
    model = clustered_model(values, group, cluster, order=order, covariates=covariates)
    fitted = None if model.spread == 0 else _fitted(model)
    return clustered_result(
        model,
        fitted,
        method=_ROBUST,
        reference=reference,
        confidence=confidence,
        unit=unit,
        variation=None,
        warnings=() if fitted is None else _few_degrees_note(model, fitted, reference),
        references=(
            "Bell RM, McCaffrey DF. Surv Methodol 2002;28:169–181",
            "Pustejovsky JE, Tipton E. J Bus Econ Stat 2018;36:672–683",
            "Holm S. Scand J Stat 1979;6:65–70",
        ),
    )


def _fitted(model: Model) -> Fitted:
    x, y = model.columns, model.response
    bread = np.asarray(np.linalg.inv(x.T @ x), dtype=np.float64)
    coefficients = bread @ (x.T @ y)
    residual = y - x @ coefficients
    if float(residual @ residual) / y.size < NEGLIGIBLE**2:
        text = _("The values of a group do not differ from each other, so a difference of groups has no error.")
        raise NotComparable(text, code="no-spread")
    adjusted = _adjusted(model, bread)
    scores = model.cluster_sums(adjusted * residual[:, None])
    variance = bread @ (scores.T @ scores) @ bread
    # What the degrees of freedom need of each cluster: AᵢXᵢ against itself and against Xᵢ.
    own = np.stack([rows.T @ rows for rows in _by_cluster(model, adjusted)])
    crossed = np.stack(
        [a.T @ rows for a, rows in zip(_by_cluster(model, adjusted), _by_cluster(model, x), strict=True)]
    )

    def degrees(combination: Values) -> float:
        return hotelling_degrees(combination[None, :], bread, own, crossed)

    def overall(combinations: Values) -> tuple[float, float]:
        count = len(combinations)
        eta = hotelling_degrees(combinations, bread, own, crossed)
        denominator = eta - count + 1
        if denominator <= 0:
            text = _("There are too few clusters (patients, experiments) for so many groups.")
            raise NotComparable(text, code="too-few-clusters")
        estimate = combinations @ coefficients
        quadratic = float(estimate @ np.linalg.solve(combinations @ variance @ combinations.T, estimate))
        return denominator / (eta * count) * quadratic, denominator

    return Fitted(coefficients=coefficients, variance=variance, degrees=degrees, overall=overall)


def hotelling_degrees(combinations: Values, bread: Values, own: Values, crossed: Values) -> float:
    """Degrees of freedom η of the variance of q combinations: of Hotelling's T², for one those of Satterthwaite.

    With D = Ω^(−½)CVCᵀΩ^(−½), Ω = CMCᵀ, η = q(q + 1)/Σ Var Dₛₜ under independent values (Pustejovsky & Tipton 2018,
    equations 12 and 13). Dₛₜ = Σᵢ (pₛᵢᵀy)(pₜᵢᵀy), and pₛᵢᵀpₜⱼ is needed only as sums over clusters i and j: the
    matrices of N rows and columns that define them are never built.
    """
    omega = combinations @ bread @ combinations.T
    eigenvalues, vectors = np.linalg.eigh(omega)
    directions = (vectors / np.sqrt(eigenvalues)) @ vectors.T @ combinations @ bread
    # Per cluster and direction: pₛᵢᵀpₜⱼ = [i = j] aₛᵢᵀaₜᵢ − uₛᵢᵀ M uₜⱼ with a = AᵢXᵢMg and u = XᵢᵀAᵢXᵢMg.
    inner = np.einsum("sa,iab,tb->sti", directions, own, directions, optimize=True)
    u = np.einsum("iab,sa->sib", crossed, directions, optimize=True)
    total = 0.0
    for s in range(len(directions)):
        for t in range(len(directions)):
            total += _product_sum((inner[s, s], u[s], u[s]), (inner[t, t], u[t], u[t]), bread, turned=False)
            total += _product_sum((inner[s, t], u[s], u[t]), (inner[s, t], u[s], u[t]), bread, turned=True)
    count = len(directions)
    return count * (count + 1) / total


def _product_sum(
    one: tuple[Values, Values, Values], other: tuple[Values, Values, Values], bread: Values, *, turned: bool
) -> float:
    """Σᵢⱼ PᵢⱼQᵢⱼ, or PᵢⱼQⱼᵢ where ``turned``, of P = diag(d) − U M Vᵀ and Q likewise."""
    (d, u, v), (e, w, x) = one, other
    if turned:
        w, x = x, w
    diagonal_p, diagonal_q = np.sum(u @ bread * v, axis=1), np.sum(w @ bread * x, axis=1)
    both = float(np.sum((u.T @ w) * (bread @ (v.T @ x) @ bread.T)))
    return float(d @ e - d @ diagonal_q - e @ diagonal_p) + both


def _adjusted(model: Model, bread: Values) -> Values:
    """AᵢXᵢ for every cluster, one below the other in the order of the rows."""
    root = np.linalg.cholesky(bread)
    adjusted = model.columns.copy()
    for rows in _rows(model):
        x = model.columns[rows]
        left, singular, _right = np.linalg.svd(x @ root, full_matrices=False)
        rest = 1 - singular**2
        if rest.min() < NEGLIGIBLE:
            text = _(
                "One cluster (patient, experiment) alone determines the mean of a group or the slope of a covariate, "
                "so its error cannot be estimated."
            )
            raise NotComparable(text, code="one-cluster-alone")
        adjusted[rows] += (left * (1 / np.sqrt(rest) - 1)) @ (left.T @ x)
    return adjusted


def _rows(model: Model) -> list[NDArray[np.intp]]:
    order = np.argsort(model.cluster, kind="stable")
    return np.split(order, np.cumsum(model.sizes.astype(np.intp))[:-1])


def _by_cluster(model: Model, values: Values) -> list[Values]:
    return [values[rows] for rows in _rows(model)]


def _few_degrees_note(model: Model, fitted: Fitted, reference: str | None) -> tuple[Note, ...]:
    fewest = min(fitted.degrees(model.difference(*pair)) for pair in model.pairs(reference))
    if fewest >= FEW_DEGREES:
        return ()
    text = _(
        "So few clusters stand behind a comparison ({degrees:.2g} degrees of freedom) that its p-value and interval "
        "are rough."
    )
    return (Note("few-clusters", text, {"degrees": fewest}),)
