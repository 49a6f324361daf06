"""Proportions in words and tables: every text in the reader's language, every number written once."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import report
from analytics.groupings import GROUPINGS
from analytics.kinds.base import Table
from analytics.kinds.response_proportions import wording
from analytics.kinds.response_proportions.spec import NotEvaluable, ResponseProportions, Step
from analytics.plots import Result
from analytics.plots.names import group_names, in_a_sentence, in_language, note_text
from analytics.plots.numbers import percent
from analytics.plots.wording import p_text
from analytics.stats import format_p

MOST_OPEN_PAIRS = 12
"""More pairs than this are folded away until somebody wants them."""


def title(spec: ResponseProportions) -> str:
    """“Sclerosis by primary site”."""
    grouping = in_a_sentence(str(GROUPINGS[spec.grouping].label(spec.gene)))
    return _("{outcome} by {grouping}").format(outcome=wording.outcome_name(spec.criterion), grouping=grouping)


def basis(result: Result) -> list[str]:
    """What an answer rests on, in a few words each: patients, exclusions, tests."""
    words = [text] if (text := report.patients_at(result, "analysed")) else []
    words += report.exclusions(result)
    for test in (result["comparison"], result["trend"]):
        if test:
            p = p_text(test["p_value"], exact=test["p_kind"] == "exact")
            words.append(f"{_(test['method'])}: {p}")
    return words


def group_table(result: Result) -> Table:
    """The groups in their order, and all of them together."""
    everybody = [{**result["all"], "name": _("All groups")}] if result["all"] and len(result["groups"]) > 1 else []
    rows = [{**group, "name": in_language(group["labels"])} for group in result["groups"]] + everybody
    return Table(
        caption=_("{outcome} by group").format(outcome=in_language(result["question"]["outcome"])),
        header=[
            in_language(result["question"]["grouping"]),
            _("Patients"),
            _("Responders"),
            _("Share"),
            _("95% interval (Wilson)"),
            _("95% interval (Clopper–Pearson)"),
            _("Not evaluable"),
            _("Share of all followed"),
        ],
        rows=[
            [
                row["name"],
                report.shown(row["patients"]),
                report.shown(row["responders"]),
                _share(row["wilson"]),
                _share_interval(row["wilson"]),
                _share_interval(row["clopper_pearson"]),
                report.shown(row["not_evaluable"]),
                _share(row["counting_not_evaluable"]),
            ]
            for row in rows
        ],
    )


def pair_table(result: Result) -> Table | None:
    """The compared pairs; ``None`` where nothing was compared."""
    if result["pairs"] is None or not result["pairs"]["comparisons"]:
        return None
    names = group_names(result)
    pairs = result["pairs"]["comparisons"]
    return Table(
        caption=_(
            "Differences, first group minus second, in percentage points; p by Fisher’s exact test, Holm over all pairs"
        ),
        header=[_("Groups"), _("Difference"), _("95% interval"), _("Odds ratio"), _("95% interval"), _("Adjusted p")],
        rows=[
            [
                f"{names[pair['first']]} − {names[pair['second']]}",
                wording.points(pair["difference"]["estimate"]),
                wording.points_interval(pair["difference"]["interval"]),
                *_odds(pair["odds_ratio"]),
                _p(pair["adjusted_p"]),
            ]
            for pair in pairs
        ],
        open=len(pairs) <= MOST_OPEN_PAIRS,
    )


def stratum_table(result: Result) -> Table | None:
    """The pairs within strata."""
    stratified = result["stratified"]
    if not stratified or not stratified["comparisons"]:
        return None
    names = group_names(result)
    return Table(
        caption=_("Within strata by {stratum}: Mantel–Haenszel odds ratio, Holm over all pairs").format(
            stratum=in_a_sentence(in_language(result["question"]["stratum"]))
        ),
        header=[
            _("Groups"),
            _("Strata that compare them"),
            _("Odds ratio"),
            _("95% interval"),
            _("Same in all strata, p"),
            _("Adjusted p"),
        ],
        rows=[
            [
                f"{names[pair['first']]} − {names[pair['second']]}",
                str(pair["strata"]),
                *_odds(pair["odds_ratio"]),
                _p(pair["homogeneity_p"]),
                _p(pair["adjusted_p"]),
            ]
            for pair in stratified["comparisons"]
        ],
        open=len(stratified["comparisons"]) <= MOST_OPEN_PAIRS,
    )


def regression_table(result: Result) -> Table | None:
    """The odds ratios of the regression."""
    regression = result["regression"]
    if not regression or not regression["terms"]:
        return None
    return Table(
        caption=_("Odds ratios of response, each adjusted for the others"),
        header=[_("Covariate"), _("Responders of patients"), _("Odds ratio"), _("95% interval"), "p"],
        rows=[
            [
                wording.term_name(term, result),
                report.HIDDEN if term["patients"] is None else wording.responders_of(term),
                *_odds(term["odds_ratio"]),
                _p(term["p_value"]),
            ]
            for term in regression["terms"]
        ],
    )


def doubts(result: Result) -> list[str]:
    """The warnings as sentences: of the comparison, of the strata, of the regression."""
    texts = [note_text(note, result) for note in result["warnings"]]
    stratified = result["stratified"]
    if stratified and stratified["without_stratum"]:
        text = ngettext(
            "{count} patient has no stratum and is left out of the comparison within strata.",
            "{count} patients have no stratum and are left out of the comparison within strata.",
            stratified["without_stratum"],
        )
        texts.append(text.format(count=stratified["without_stratum"]))
    return texts + _regression_doubts(result)


def methods(result: Result) -> list[str]:
    """The names of the methods, in full."""
    named = [_("Intervals of shares: Wilson’s score interval, and the exact interval of Clopper and Pearson")]
    named += [_(part["method"]) for part in (result["comparison"], result["trend"]) if part]
    if result["pairs"]:
        named.append(_("Pairs: Newcombe’s interval of the difference, conditional odds ratio with its exact interval"))
    named += [_(part["method"]) for part in (result["stratified"], result["regression"]) if part and part.get("method")]
    return named


def facts(result: Result) -> list[tuple[str, str]]:
    """How many patients the regression rests on, and of how many a covariate is not known."""
    regression = result["regression"]
    if not regression or regression["patients"] is None:
        return []
    rows = [
        (_("Patients in the regression"), wording.responders_of(regression)),
        (_("Left out of the regression"), report.shown(regression["left_out"])),
    ]
    names = {code: wording.covariate_name(code, result) for code in regression["missing"]}
    rows += [
        (_("{covariate} not known").format(covariate=names[code]), str(count))
        for code, count in regression["missing"].items()
        if count
    ]
    return rows


def choices(spec: ResponseProportions) -> list[tuple[str, str]]:
    """What the asker chose, as name and value."""
    chosen = [(_("Patients who could not be evaluated"), str(NotEvaluable(spec.not_evaluable).label))]
    if spec.count_flagged:
        chosen.append((_("Assessments after radiotherapy or surgery to the lesion"), _("Counted")))
    if spec.stratum:
        chosen.append((_("Compare within strata by"), str(GROUPINGS[spec.stratum].label(spec.stratum_gene))))
    if spec.measure:
        chosen += [
            *report.measure_choices(spec.measure),
            (_("Odds ratio of the marker per"), str(Step(spec.step).label)),
        ]
    return chosen


def methods_paragraph(*, spec: ResponseProportions, result: Result) -> str:
    """The methods as a paper would state them, in English."""
    tests = [part["method"] for part in (result["comparison"], result["trend"]) if part]
    sentences = [
        "A patient responded when the index lesions did, by the rule of the study, after the first dose of denosumab; "
        "patients never treated, with blastic lesions only, or not assessed by the criterion are not counted.",
        "Assessments after radiotherapy or surgery to a lesion counted."
        if spec.count_flagged
        else "Assessments after radiotherapy or surgery to a lesion did not count as response.",
        "Patients who could not be evaluated were left out."
        if spec.not_evaluable == NotEvaluable.EXCLUDED
        else "Patients who could not be evaluated counted as non-responders.",
        "Shares are given with Wilson and Clopper–Pearson 95% confidence intervals.",
    ]
    if tests:
        sentences.append(f"Groups were compared by {'; '.join(tests)}.")
    if result["pairs"]:
        sentences.append("Pairs: Newcombe's interval of the difference, Fisher's exact test, Holm's adjustment.")
    sentences += [
        f"{part['method']}." for part in (result["stratified"], result["regression"]) if part and part.get("method")
    ]
    return " ".join([*sentences, "Tests are two-sided."])


def _regression_doubts(result: Result) -> list[str]:
    regression = result["regression"]
    if not regression:
        return []
    texts = []
    if regression["refused"]:
        texts.append(_("No regression: {reason}").format(reason=_note(regression["refused"], result)))
    if regression["left_out"]:
        text = ngettext(
            "{count} patient is left out of the regression, because a covariate is not known.",
            "{count} patients are left out of the regression, because a covariate is not known.",
            regression["left_out"],
        )
        texts.append(text.format(count=regression["left_out"]))
    return texts + [_note(note, result) for note in regression["warnings"]]


def _note(note: Mapping[str, Any], result: Result) -> str:
    """A note of the regression, which speaks of covariates and of their levels by code."""
    spoken = {}
    for name, value in note["values"].items():
        factor, _space, level = str(value).partition(" ")
        if name in ("covariate", "name") and factor in {"group", *result["question"]["covariates"]}:
            names = wording.level_names(factor, result) if level else {}
            spoken[name] = ": ".join(filter(None, [wording.covariate_name(factor, result), names.get(level, level)]))
        else:
            spoken[name] = value
    return _(note["text"]).format(**spoken)


def _share(effect: Mapping[str, Any] | None) -> str:
    return report.HIDDEN if effect is None else percent(effect["estimate"])


def _share_interval(effect: Mapping[str, Any] | None) -> str:
    if effect is None:
        return report.HIDDEN
    return _("{low} to {high}").format(low=percent(effect["interval"]["low"]), high=percent(effect["interval"]["high"]))


def _odds(effect: Mapping[str, Any] | None) -> list[str]:
    if effect is None:
        return [report.HIDDEN, report.HIDDEN]
    return [wording.ratio(effect["estimate"]), wording.ratio_interval(effect["interval"])]


def _p(p_value: float | None) -> str:
    return report.HIDDEN if p_value is None else format_p(p_value).removeprefix("= ")
