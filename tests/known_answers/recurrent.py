"""Recurrent events: mean functions, rates, and regressions."""

import numpy as np

from analytics.stats import RATE_RATIO, andersen_gill, event_rate, mean_cumulative_function, negative_binomial
from tests.analytics.stats.survival_reference import ANSWERS, DNASE, counted_data, patients_of_bladder
from tests.known_answers.method import KnownAnswer
from tests.known_answers.survival import by_name

Z = 1.959963984540054
SETS = ("bladder2", "rhDNase")


def histories(name):
    """End of observation, patients and days of events, one event a day, and covariates."""
    if name == "bladder2":
        return patients_of_bladder()
    patient, day = np.unique(np.stack([DNASE["event_patient"], DNASE["event_day"]]), axis=1)
    return DNASE["time"], patient, day, {column: DNASE[column] for column in ("rx", "fev")}


def mean_function(name):
    (curve,) = mean_cumulative_function(*histories(name)[:3]).curves
    return [curve.day, curve.mean, curve.standard_error]


def mean_function_with_death(name):
    expected = ANSWERS["ghosh_lin"][name]
    if name == "bladder2":
        end, patient, day, _ = patients_of_bladder()
    else:
        end, patient, day = expected["time"], expected["event_patient"], expected["event_day"]
    (curve,) = mean_cumulative_function(end, patient, day, died=expected["died"]).curves
    return curve


def on_the_days_of_mets(_name):
    curve = mean_function_with_death("untied")
    at = np.searchsorted(curve.day, ANSWERS["ghosh_lin"]["untied"]["mets"]["day"])
    return [[curve.mean[index] for index in at], [curve.standard_error[index] for index in at]]


def intensity(name):
    terms = andersen_gill(*histories(name)).terms
    return [[getattr(term, part) for term in terms] for part in ("coefficient", "standard_error", "model_error")]


def rate(name):
    end, patient, day, group = counted_data(name)
    order = ["1", "0"] if name == "rhDNase" else ["2", "1"]
    effect = event_rate(end, patient, day, group=group, order=order).effect(RATE_RATIO)
    return [np.log(effect.estimate), np.log(effect.interval.high / effect.interval.low) / 2 / Z]


def overdispersed(name):
    end, patient, _, group = counted_data(name)
    return negative_binomial(np.bincount(patient, minlength=end.size), end, {"group": group})


def counts(name, part):
    return ANSWERS["counts"][name][part]


def at_the_maximum(name):
    result = overdispersed(name)
    return [result.theta, result.terms[0].coefficient, result.terms[0].standard_error]


def at_the_maximum_in_r(name):
    case = counts(name, "negative")
    return [case["theta"], case["coefficient"][1], case["standard_error"][1]]


def by_glm_nb(name):
    case = counts(name, "negative")["glm_nb"]
    return [case["coefficient"][1], case["log_likelihood"]]


METHODS = (
    KnownAnswer(
        method="Mean cumulative function, robust standard error",
        function=mean_cumulative_function,
        r="survival::survfit(id = …, robust = TRUE)",
        cases=by_name(SETS),
        ours=mean_function,
        theirs=lambda name: [ANSWERS["mean_function"][name][part] for part in ("day", "mean", "standard_error")],
    ),
    KnownAnswer(
        method="Mean cumulative function with death (Ghosh–Lin)",
        function=mean_cumulative_function,
        options="died=…",
        r="formulas of Ghosh & Lin 2000 in base R, patient by patient",
        cases=by_name(["bladder2", "untied"]),
        ours=lambda name: [mean_function_with_death(name).mean, mean_function_with_death(name).standard_error],
        theirs=lambda name: [ANSWERS["ghosh_lin"][name][part] for part in ("mean", "standard_error")],
    ),
    KnownAnswer(
        method="Mean cumulative function with death, without ties",
        function=mean_cumulative_function,
        options="died=…",
        r="mets::recurrentMarginal",
        cases=by_name(["untied"]),
        ours=on_the_days_of_mets,
        theirs=lambda name: [ANSWERS["ghosh_lin"][name]["mets"][part] for part in ("mean", "standard_error")],
    ),
    KnownAnswer(
        method="Andersen–Gill, robust variance",
        function=andersen_gill,
        r="survival::tmerge, coxph(… + cluster(id))",
        cases=by_name(SETS),
        ours=intensity,
        theirs=lambda name: [
            ANSWERS["andersen_gill"][name][part] for part in ("coefficient", "standard_error", "model_error")
        ],
    ),
    KnownAnswer(
        method="Rate ratio, robust variance",
        function=event_rate,
        r="glm(poisson, offset = log(days)) with its sandwich (HC0) in base R",
        cases=by_name(SETS),
        ours=rate,
        theirs=lambda name: [counts(name, "rate")["coefficient"], counts(name, "rate")["standard_error"]],
    ),
    KnownAnswer(
        method="Negative binomial rate ratio, theta",
        function=negative_binomial,
        r="glm(MASS::negative.binomial) and MASS::theta.ml in turn, to convergence",
        cases=by_name(SETS),
        ours=at_the_maximum,
        theirs=at_the_maximum_in_r,
        limit=1e-8,
        because="glm stops by the deviance, which is flat at its minimum",
    ),
    KnownAnswer(
        method="Negative binomial rate ratio, log-likelihood",
        function=negative_binomial,
        r="MASS::glm.nb(control = glm.control(epsilon = 1e-14))",
        cases=by_name(SETS),
        ours=lambda name: [overdispersed(name).terms[0].coefficient, overdispersed(name).log_likelihood],
        theirs=by_glm_nb,
    ),
)
