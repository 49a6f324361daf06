"""Fisher's exact test of a table of any size: exact by a network of partial tables, or simulated.

A table with fixed margins is dealt out column by column. A node of the network is what is then left of each row, in
ascending order, for the rows' order does not matter to what follows; an edge is one way to fill the next column, with
its conditional probability. Paths with the same probability up to a node are followed as one, and a path leaves the
network as soon as all ways on, or none, lead to a table at most as probable as the observed one (Mehta & Patel 1983).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from analytics.stats.checkpoint import checkpoint
from analytics.stats.permutation import simulation_p
from analytics.stats.proportions.table import Counts
from analytics.stats.result import Simulation
from analytics.stats.samples import Values

# Edges of the network, and paths followed over all of it, that an exact test may cost: a few seconds, 300 MB.
MOST_EDGES = 2_000_000
MOST_PATHS = 20_000_000
# Paths lengthened, and cells of random tables drawn, at once.
AT_ONCE = 1_000_000
# Tables of the same probability differ by rounding; the relative tolerance of R's fisher.test.
SAME_PROBABILITY = 1e-7
# Paths to a node whose logarithms of probability agree so far are one path.
SAME_PATH = 1e-10


@dataclass(frozen=True)
class _Column:
    """The edges of one column, in the order of their source: where they lead, and their logarithmic probability."""

    source: NDArray[np.intp]
    target: NDArray[np.intp]
    log_probability: Values
    nodes: int
    targets: int


def exact_p(table: Counts) -> float | None:
    """P of all tables with the same margins that are at most as probable as this one; ``None`` where it costs too much.

    >>> round(exact_p(np.array([[3, 1, 0], [0, 2, 4]])), 6)
    0.033333
    """
    # Few rows make small nodes; a large last column is dealt out for nothing.
    table = table if table.shape[0] <= table.shape[1] else table.T
    columns = np.sort(table.sum(axis=0))
    network = _network(np.sort(table.sum(axis=1)), columns)
    if network is None:
        return None
    observed = log_probability(table[None])[0] + SAME_PROBABILITY
    least, most = _bounds(network)
    value, weight, node = np.zeros(1), np.ones(1), np.zeros(1, dtype=np.intp)
    p_value, followed = 0.0, 0
    for column, least_on, most_on in zip(network, least[1:], most[1:], strict=True):
        kept = []
        for path, edge in _lengthened(node, column):
            checkpoint()
            followed += path.size
            if followed > MOST_PATHS:
                return None
            target = column.target[edge]
            longer = value[path] + column.log_probability[edge]
            heavier = weight[path] * np.exp(column.log_probability[edge])
            all_count = longer + most_on[target] <= observed
            p_value += float(heavier[all_count].sum())
            open_ = ~all_count & (longer + least_on[target] <= observed)
            kept.append(_merged(longer[open_], heavier[open_], target[open_]))
        value, weight, node = _merged(*(np.concatenate(parts) for parts in zip(*kept, strict=True)))
    return min(1.0, p_value)


def simulated_p(table: Counts, *, seed: int, resamples: int) -> tuple[float, Simulation]:
    """The same p from random tables with these margins (Patefield 1981)."""
    margins = stats.random_table(table.sum(axis=1), table.sum(axis=0))
    generator = np.random.default_rng(seed)
    observed = log_probability(table[None])[0] + SAME_PROBABILITY
    as_improbable, left = 0, resamples
    while left:
        now = min(left, max(AT_ONCE // table.size, 1))
        random = margins.rvs(now, random_state=generator).astype(np.int64)
        as_improbable += int(np.count_nonzero(log_probability(random) <= observed))
        left -= now
        checkpoint(done=resamples - left, total=resamples)
    return simulation_p(as_improbable, resamples=resamples, seed=seed)


def log_probability(tables: Counts) -> Values:
    """Logarithm of the probability of each table of a stack given its margins: Π row! Π column! / (total! Π cell!)."""
    rows, columns = tables[0].sum(axis=1), tables[0].sum(axis=0)
    margins = special.gammaln(rows + 1).sum() + special.gammaln(columns + 1).sum() - special.gammaln(rows.sum() + 1)
    return np.asarray(margins - special.gammaln(tables + 1).sum(axis=(1, 2)))


def _network(rows: Counts, columns: Counts) -> list[_Column] | None:
    """The edges column by column; ``None`` if they are too many. ``rows`` ascend."""
    nodes, network, edges = rows[None], [], 0
    left = int(rows.sum())
    for count in columns.tolist():
        left -= count
        ways = [_ways(node, count) for node in nodes] if edges + _most_ways(nodes, count) <= MOST_EDGES else None
        if ways is None:
            return None
        source = np.repeat(np.arange(len(ways)), [len(way) for way in ways])
        filled = np.concatenate(ways)
        edges += source.size
        before = nodes[source]
        after = np.sort(before - filled, axis=1)
        checkpoint()
        nodes, target = _distinct(after)
        checkpoint()
        log_ways = _log_choose(before, filled).sum(axis=1) - _log_choose(np.array(left + count), np.array(count))
        network.append(_Column(source, target, log_ways, len(ways), len(nodes)))
    return network


def _distinct(rows: Counts) -> tuple[Counts, NDArray[np.intp]]:
    """The different rows in ascending order, and which of them each row is."""
    base = int(rows.max()) + 1
    if base ** rows.shape[1] >= 2**63:
        found, which = np.unique(rows, axis=0, return_inverse=True)
        return found, which.reshape(-1)
    # Rows as one number each, which is several times as fast.
    numbers = rows @ base ** np.arange(rows.shape[1] - 1, -1, -1, dtype=np.int64)
    _numbers, first, which = np.unique(numbers, return_index=True, return_inverse=True)
    return rows[first], which


def _ways(node: Counts, count: int) -> Counts:
    """Every way to take ``count`` from the rows of a node."""
    ways, taken = np.zeros((1, 0), dtype=np.int64), np.zeros(1, dtype=np.int64)
    checkpoint()
    for position, available in enumerate(node.tolist()):
        later = int(node[position + 1 :].sum())
        low, high = np.maximum(count - taken - later, 0), np.minimum(count - taken, available)
        lengths = high - low + 1
        before = np.repeat(np.arange(taken.size), lengths)
        here = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths) + low[before]
        ways, taken = np.column_stack([ways[before], here]), taken[before] + here
    return ways


def _most_ways(nodes: Counts, count: int) -> int:
    """At least as many as the ways to take ``count`` from each of the nodes' rows: the last row has no choice."""
    free = np.minimum(nodes, count)[:, :-1].astype(np.float64) + 1
    return int(min(np.prod(free, axis=1).sum(), 1e18))


def _bounds(network: list[_Column]) -> tuple[list[Values], list[Values]]:
    """For every node of every column, the logarithmic probability of the least and of the most probable way on."""
    least, most = [np.zeros(1)], [np.zeros(1)]
    for column in reversed(network):
        first = np.searchsorted(column.source, np.arange(column.nodes))
        least.insert(0, np.minimum.reduceat(column.log_probability + least[0][column.target], first))
        most.insert(0, np.maximum.reduceat(column.log_probability + most[0][column.target], first))
    return least, most


def _lengthened(node: NDArray[np.intp], column: _Column) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Each path with each edge of the node it has reached, as pairs of their positions, some at a time."""
    first = np.searchsorted(column.source, np.arange(column.nodes))
    edges = np.diff(np.append(first, column.source.size))[node]
    chunk = (np.cumsum(edges) - edges) // AT_ONCE
    starts = np.searchsorted(chunk, np.unique(chunk))
    for paths in np.split(np.arange(node.size), starts[1:]):
        lengths = edges[paths]
        path = np.repeat(paths, lengths)
        within = np.arange(lengths.sum()) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        yield path, first[node[path]] + within


def _merged(value: Values, weight: Values, node: NDArray[np.intp]) -> tuple[Values, Values, NDArray[np.intp]]:
    """Paths to the same node with the same probability as one path, with the sum of their weights."""
    if not value.size:
        return value, weight, node
    order = np.lexsort((value, node))
    value, weight, node = value[order], weight[order], node[order]
    new = np.append(True, (np.diff(node) != 0) | (np.diff(value) > SAME_PATH))
    first = np.flatnonzero(new)
    return value[first], np.add.reduceat(weight, first), node[first]


def _log_choose(n: Counts, k: Counts) -> Values:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))
