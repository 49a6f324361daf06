"""Known answers are published or worked out by hand; what R says about a whole plate is in test_measurements."""

import doctest
import math
from dataclasses import replace
from statistics import stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expression import result_row
from expression.scoring import (
    Assay,
    DeltaCq,
    Flag,
    Reading,
    Reason,
    Status,
    UndeterminedPolicy,
    calibrator_group,
    control_signals,
    delta_cq,
    efficiency_from_slope,
    ihc,
    qpcr,
    relative_quantity,
)


@pytest.mark.parametrize("module", [qpcr, ihc, result_row])
def test_examples_of_the_documentation(module):
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0


def assay(name, *cqs, row="A", efficiency=2.0):
    """Readings in wells A1, A2 …, or of another row."""
    readings = [Reading(position=f"{row}{number}", cq=cq) for number, cq in enumerate(cqs, start=1)]
    return Assay(name=name, readings=readings, efficiency=efficiency)


class TestPublished:
    """c-myc against GAPDH in brain and kidney, six separate wells each: the worked example of Applied Biosystems' User
    Bulletin 2 and of Livak & Schmittgen (2001), which print ΔCT 6.86 and 4.37 and a fold of 5.6."""

    BRAIN = delta_cq(
        target=assay("c-myc", 30.72, 30.34, 30.58, 30.34, 30.50, 30.43),
        references=[assay("GAPDH", 23.70, 23.56, 23.47, 23.65, 23.69, 23.68, row="B")],
        cycles=40,
    )
    KIDNEY = delta_cq(
        target=assay("c-myc", 27.06, 27.03, 27.03, 27.10, 26.99, 26.94),
        references=[assay("GAPDH", 22.76, 22.61, 22.62, 22.60, 22.61, 22.76, row="B")],
        cycles=40,
    )

    def test_delta_cq(self):
        assert self.BRAIN.value == pytest.approx(6.86, abs=0.005)
        assert self.KIDNEY.value == pytest.approx(4.365, abs=1e-9)

    def test_replicate_deviations(self):
        assert round(self.BRAIN.target_sd, 2) == 0.15
        assert round(self.BRAIN.reference_sd, 2) == 0.09
        assert round(self.KIDNEY.target_sd, 2) == 0.06
        assert round(self.KIDNEY.reference_sd, 2) == 0.08

    def test_fold(self):
        assert round(relative_quantity(sample=self.KIDNEY, calibrator=self.BRAIN).value, 1) == 5.6


def test_efficiency_corrected_ratio_is_pfaffls():
    """Pfaffl (2001), equation 1: E_t^ΔCq_t(control − sample) / E_r^ΔCq_r(control − sample)."""
    target, reference = 1.9, 2.05
    control = delta_cq(
        target=assay("t", 25.0, efficiency=target), references=[assay("r", 18.0, efficiency=reference)], cycles=40
    )
    sample = delta_cq(
        target=assay("t", 22.5, efficiency=target), references=[assay("r", 18.4, efficiency=reference)], cycles=40
    )
    expected = target ** (25.0 - 22.5) / reference ** (18.0 - 18.4)
    assert relative_quantity(sample=sample, calibrator=control).value == pytest.approx(expected, rel=1e-12)


def test_several_reference_genes_are_a_geometric_mean_of_quantities():
    """Vandesompele (2002): the normalisation factor is the geometric mean of the genes' relative quantities."""
    genes = [assay("a", 18.0), assay("b", 21.0, 23.0), assay("c", 25.0, efficiency=1.8)]
    factor = math.prod([2.0**-18, 2.0**-22, 1.8**-25]) ** (1 / 3)
    result = delta_cq(target=assay("t", 27.0), references=genes, cycles=40)
    assert 2.0**-result.value == pytest.approx(2.0**-27 / factor, rel=1e-12)


class TestEfficiency:
    @pytest.mark.parametrize(
        ("slope", "percent"),
        [(-3.383, 97.505), (-3.238, 103.644), (-4.031, 77.042), (-3.278, 101.866), (-3.196, 105.533)],
    )
    def test_agrees_with_what_instruments_print(self, slope, percent):
        """Slope and efficiency in per cent, printed side by side in QuantStudio exports; the slope is rounded."""
        assert (efficiency_from_slope(slope) - 1) * 100 == pytest.approx(percent, abs=0.03)

    @pytest.mark.parametrize("slope", [0.0, 3.3, math.nan])
    def test_a_slope_that_does_not_fall_has_none(self, slope):
        with pytest.raises(ValueError, match="negative"):
            efficiency_from_slope(slope)


class TestUndetermined:
    GAPDH = assay("GAPDH", 19.0, 19.0, row="B")

    def test_target_gives_a_lower_limit(self):
        result = delta_cq(target=assay("RANKL", 38.0, None), references=[self.GAPDH], cycles=40)
        assert (result.status, result.value, result.limit) == (Status.UNDETERMINED, None, 20.0)
        assert (result.wells, result.mean_cq) == (2, 38.0)

    def test_target_in_no_well(self):
        result = delta_cq(target=assay("RANKL", None, None), references=[self.GAPDH], cycles=45)
        assert (result.status, result.limit, result.mean_cq) == (Status.UNDETERMINED, 26.0, None)

    def test_limit_uses_the_efficiency(self):
        target = assay("RANKL", None, efficiency=1.9)
        result = delta_cq(target=target, references=[self.GAPDH], cycles=40)
        assert result.limit == pytest.approx(40 * math.log2(1.9) - 19)

    def test_set_to_the_limit(self):
        result = delta_cq(
            target=assay("RANKL", 38.0, None),
            references=[self.GAPDH],
            cycles=40,
            undetermined=UndeterminedPolicy.LIMIT,
        )
        assert (result.status, result.value) == (Status.EVALUABLE, 20.0)

    def test_excluded(self):
        result = delta_cq(
            target=assay("RANKL", 38.0, None),
            references=[self.GAPDH],
            cycles=40,
            undetermined=UndeterminedPolicy.EXCLUDED,
        )
        assert (result.status, result.value, result.wells) == (Status.EVALUABLE, 19.0, 1)

    def test_nothing_left_when_all_are_excluded(self):
        result = delta_cq(
            target=assay("RANKL", None, None),
            references=[self.GAPDH],
            cycles=40,
            undetermined=UndeterminedPolicy.EXCLUDED,
        )
        assert (result.status, result.reason) == (Status.NOT_EVALUABLE, Reason.TARGET_UNDETERMINED)

    @pytest.mark.parametrize("policy", UndeterminedPolicy)
    def test_reference_makes_the_sample_not_evaluable(self, policy):
        result = delta_cq(
            target=assay("RANKL", 28.0),
            references=[self.GAPDH, assay("ACTB", 18.0, None, row="C")],
            cycles=40,
            undetermined=policy,
        )
        assert (result.status, result.reason) == (Status.NOT_EVALUABLE, Reason.REFERENCE_UNDETERMINED)
        assert result.value is None

    def test_relative_quantity_is_at_most(self):
        sample = delta_cq(target=assay("RANKL", None), references=[self.GAPDH], cycles=40)
        calibrator = delta_cq(target=assay("RANKL", 30.0), references=[self.GAPDH], cycles=40)
        quantity = relative_quantity(sample=sample, calibrator=calibrator)
        assert (quantity.status, quantity.value, quantity.limit) == (Status.UNDETERMINED, None, 2.0**-10)


class TestNotEvaluable:
    RANKL, GAPDH = assay("RANKL", 28.0), assay("GAPDH", 19.0)

    @pytest.mark.parametrize(
        ("target", "references", "reason"),
        [
            (assay("RANKL"), [GAPDH], Reason.TARGET_NOT_READ),
            (RANKL, [], Reason.NO_REFERENCE_GENE),
            (RANKL, [GAPDH, assay("ACTB")], Reason.REFERENCE_NOT_READ),
        ],
    )
    def test_reason(self, target, references, reason):
        result = delta_cq(target=target, references=references, cycles=40)
        assert result == DeltaCq(status=Status.NOT_EVALUABLE, reason=reason)
        assert relative_quantity(sample=result, calibrator=result).reason == reason

    def test_without_calibrator(self):
        sample = delta_cq(target=self.RANKL, references=[self.GAPDH], cycles=40)
        assert relative_quantity(sample=sample, calibrator=None).reason == Reason.NO_CALIBRATOR

    def test_with_a_calibrator_that_has_only_a_limit(self):
        sample = delta_cq(target=self.RANKL, references=[self.GAPDH], cycles=40)
        calibrator = delta_cq(target=assay("RANKL", None), references=[self.GAPDH], cycles=40)
        quantity = relative_quantity(sample=sample, calibrator=calibrator)
        assert (quantity.status, quantity.reason) == (Status.NOT_EVALUABLE, Reason.CALIBRATOR_WITHOUT_VALUE)


class TestSameWell:
    """18S in the same wells as the target: A1 and A2; another target's 18S stands in B1 and B2."""

    GENE = Assay(
        name="18S",
        readings=[
            Reading(position=position, cq=cq)
            for position, cq in [("A1", 12.0), ("A2", 13.0), ("B1", 20.0), ("B2", 20.0)]
        ],
    )

    def test_uses_only_the_wells_of_the_target(self):
        result = delta_cq(target=assay("RANKL", 24.0, 25.2), references=[self.GENE], cycles=40, same_well=True)
        assert result.value == pytest.approx(12.1)
        assert result.reference_sd == pytest.approx(stdev([12.0, 13.0]))

    def test_otherwise_all_wells_of_the_sample_count(self):
        result = delta_cq(target=assay("RANKL", 24.0, 25.2), references=[self.GENE], cycles=40)
        assert result.value == pytest.approx(24.6 - 16.25)

    def test_a_target_well_without_reference_is_left_out(self):
        result = delta_cq(target=assay("RANKL", 24.0, 25.0, 99.0), references=[self.GENE], cycles=40, same_well=True)
        assert (result.wells, result.value) == (2, 12.0)

    def test_no_shared_well(self):
        result = delta_cq(target=assay("RANKL", 24.0, row="C"), references=[self.GENE], cycles=40, same_well=True)
        assert result.reason == Reason.REFERENCE_NOT_READ

    def test_an_undetermined_reference_elsewhere_does_not_matter(self):
        gene = replace(self.GENE, readings=[*self.GENE.readings, Reading(position="B3", cq=None)])
        result = delta_cq(target=assay("RANKL", 24.0, 25.0), references=[gene], cycles=40, same_well=True)
        assert result.status == Status.EVALUABLE


class TestFlags:
    def test_replicates_half_a_cycle_apart(self):
        """The standard deviation of two values is their distance divided by √2."""
        just_below, above = 0.7, 0.72
        for distance, flags in [(just_below, []), (above, [Flag.TARGET_REPLICATES])]:
            result = delta_cq(target=assay("t", 25.0, 25.0 + distance), references=[assay("r", 18.0)], cycles=40)
            assert result.flags == flags

    def test_the_worst_reference_gene_counts(self):
        genes = [assay("a", 18.0, 18.1), assay("b", 18.0, 19.0)]
        result = delta_cq(target=assay("t", 25.0), references=genes, cycles=40)
        assert result.flags == [Flag.REFERENCE_REPLICATES]
        assert result.target_sd is None


class TestControls:
    SAMPLES = [assay("RANKL", 24.0, 31.0), assay("GAPDH", 18.0)]

    def test_signal_near_the_weakest_sample(self):
        control = assay("RANKL", 35.9, 36.0, None, row="H")
        [signal] = control_signals(controls=[control], samples=self.SAMPLES)
        assert (signal.position, signal.cq, signal.weakest) == ("H1", 35.9, 31.0)

    def test_each_target_by_itself(self):
        assert control_signals(controls=[assay("GAPDH", 23.0, row="H")], samples=self.SAMPLES) == []

    def test_signal_where_no_sample_has_one(self):
        [signal] = control_signals(controls=[assay("OPG", 38.0)], samples=[assay("OPG", None)])
        assert signal.weakest is None


cycles = st.floats(min_value=5, max_value=40, allow_nan=False)
replicates = st.lists(st.one_of(cycles, st.none()), min_size=1, max_size=4)
efficiencies = st.floats(min_value=1.5, max_value=2.2)


@st.composite
def assays(draw, name, *, row, values):
    cqs = draw(values)
    return assay(name, *cqs, row=row, efficiency=draw(efficiencies))


targets = assays("target", row="A", values=replicates)
genes = st.lists(assays("gene", row="A", values=st.lists(cycles, min_size=1, max_size=4)), min_size=1, max_size=3)


@given(target=targets, genes=genes, same_well=st.booleans(), policy=st.sampled_from(UndeterminedPolicy), data=st.data())
def test_the_order_of_wells_and_genes_never_matters(target, genes, same_well, policy, data):
    def shuffled(one):
        return replace(one, readings=data.draw(st.permutations(list(one.readings))))

    def result(target, genes):
        return delta_cq(target=target, references=genes, cycles=40, same_well=same_well, undetermined=policy)

    mixed = data.draw(st.permutations([shuffled(gene) for gene in genes]))
    assert result(shuffled(target), mixed) == result(target, genes)


@given(target=targets, genes=genes)
def test_the_calibrator_is_once_itself(target, genes):
    calibrator = delta_cq(target=target, references=genes, cycles=40)
    quantity = relative_quantity(sample=calibrator, calibrator=calibrator)
    if calibrator.status == Status.EVALUABLE:
        assert quantity.value == 1.0
    else:
        assert quantity.reason == Reason.CALIBRATOR_WITHOUT_VALUE


@given(target=targets, genes=genes, shift=st.floats(min_value=-4, max_value=4))
def test_more_template_changes_nothing(target, genes, shift):
    """Less cDNA delays every assay of perfect efficiency by the same cycles."""

    def late(one, by):
        readings = [replace(reading, cq=None if reading.cq is None else reading.cq + by) for reading in one.readings]
        return replace(one, readings=readings, efficiency=2.0)

    target = replace(target, readings=[reading for reading in target.readings if reading.cq is not None])
    before, after = (
        delta_cq(target=late(target, by), references=[late(gene, by) for gene in genes], cycles=45) for by in (0, shift)
    )
    assert after.status == before.status
    if before.value is not None:
        assert after.value == pytest.approx(before.value, abs=1e-9)


@given(target=targets, genes=genes)
def test_the_limit_is_below_what_any_later_cycle_would_give(target, genes):
    censored = delta_cq(target=target, references=genes, cycles=40)
    later = [replace(reading, cq=41.0 if reading.cq is None else reading.cq) for reading in target.readings]
    seen = delta_cq(target=replace(target, readings=later), references=genes, cycles=60)
    if censored.status == Status.UNDETERMINED:
        assert censored.limit < seen.value


class TestCalibratorGroup:
    def test_mean_of_delta_cq(self):
        members = [DeltaCq(status=Status.EVALUABLE, value=value) for value in (5.0, 6.0, 8.5)]
        assert calibrator_group(members).value == 6.5

    def test_nobody(self):
        assert calibrator_group([]) is None

    def test_a_member_without_value(self):
        members = [DeltaCq(status=Status.EVALUABLE, value=5.0), DeltaCq(status=Status.UNDETERMINED, limit=12.0)]
        group = calibrator_group(members)
        assert (group.value, group.reason) == (None, Reason.CALIBRATOR_WITHOUT_VALUE)
        assert relative_quantity(sample=members[0], calibrator=group).reason == Reason.CALIBRATOR_WITHOUT_VALUE


@given(values=st.lists(st.floats(min_value=-20, max_value=30), min_size=1, max_size=8))
def test_the_geometric_mean_of_the_calibrator_group_is_one(values):
    members = [DeltaCq(status=Status.EVALUABLE, value=value) for value in values]
    group = calibrator_group(members)
    logs = [math.log2(relative_quantity(sample=member, calibrator=group).value) for member in members]
    assert math.fsum(logs) / len(logs) == pytest.approx(0, abs=1e-9)
