"""Whether tests and intervals keep what they promise: ``make prove`` writes docs/statistics-proof.md."""

from benchmarks.proof import competing, equivalence, groups, proportions, recurrent, regression, survival
from benchmarks.proof.promise import Enumeration, Simulation

SUBJECTS: dict[str, tuple[Simulation | Enumeration, ...]] = {
    "Groups": groups.EXPERIMENTS,
    "Equivalence": equivalence.EXPERIMENTS,
    "Proportions and tables": proportions.EXPERIMENTS,
    "Logistic regression": regression.EXPERIMENTS,
    "Time to an event": survival.EXPERIMENTS,
    "Competing risks": competing.EXPERIMENTS,
    "Recurrent events": recurrent.EXPERIMENTS,
}
