"""What is taken away of an answer: the R script, and a report that needs nothing but a browser."""

from pathlib import Path
from typing import Any

import plotly.io
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import override

from analytics import report
from analytics.catalogue import marker_names
from analytics.families import wording as family_words
from analytics.families.reading import Place, places_of
from analytics.kinds import Reading, kind_of
from analytics.models import Analysis
from analytics.population import cohort_of, population_in_words
from analytics.reading import answer_of
from analytics.scripts import script, text_columns
from cases.access import Person

PLOTLY = "vendor/plotly/plotly-cartesian.min.js"
PAGE_WIDTH = 760
"""Width of a figure in a report, in CSS pixels: fits a sheet of A4 between its margins."""


def r_script(reading: Reading) -> str:
    """The script that computes the numbers anew. Raises ``Http404`` where there is no answer to see in full."""
    if reading.answer is None or not reading.in_full:
        raise Http404(_("There is no answer to compute again."))
    analysis, kind = reading.analysis, kind_of(reading.analysis)
    with override("en"):
        title = kind.title(reading.spec, marker_names())
    return script(
        pk=analysis.pk,
        title=title,
        sha256=analysis.input_sha256,
        packages=kind.r_packages(spec=reading.spec, result=reading.answer),
        body=kind.r_script(spec=reading.spec, result=reading.answer),
        texts=text_columns({"columns": reading.columns, "rows": reading.rows}),
    )


def methods(reading: Reading, *, places: list[Place]) -> str:
    """The methods as a paper would state them, with cohort, families and software; blank without an answer."""
    if reading.answer is None:
        return ""
    analysis = reading.analysis
    text = kind_of(analysis).methods_paragraph(spec=reading.spec, result=reading.answer)
    software = (analysis.versions or {}) | {"analysis": f"no. {analysis.pk} of study {analysis.study.code}"}
    parts = ", ".join(f"{name} {version}" for name, version in sorted(software.items()) if name != "analysis")
    with override("en"):
        history = kind_of(analysis).history(reading)
    said = [text.strip(), *history, _cohort_paragraph(reading), family_words.paragraph(places)]
    said.append(f"Computed by the RANKL portal ({parts}; {software['analysis']}).")
    return " ".join(filter(None, said))


def _cohort_paragraph(reading: Reading) -> str:
    found = cohort_of(reading.spec.population)
    if found is None:
        return ""
    how = f"frozen on {found.made_at:%Y-%m-%d}" if found.is_frozen else f"by its filters, edition {found.number}"
    return f"Patients were those of the cohort “{found.name}” ({how})."


def html_report(reading: Reading, *, by: Person) -> str:
    """The answer as one HTML file with its figures, without anything loaded from elsewhere.

    Raises ``Http404`` where there is no answer.
    """
    if reading.answer is None:
        raise Http404(_("This question has no answer."))
    analysis, kind = reading.analysis, kind_of(reading.analysis)
    answer, places = answer_of(reading), places_of(reading)
    context = {
        "title": kind.title(reading.spec, marker_names()),
        "analysis": analysis,
        "study": analysis.study,
        "reading": reading,
        "answer": answer,
        "figures": [(figure, _drawn(reading, figure.name, height=figure.height)) for figure in answer.figures],
        "styles": format_html("<style>{}</style>", mark_safe(_static("css/report.css"))),  # noqa: S308
        "plotly": format_html("<script>{}</script>", mark_safe(_static(PLOTLY))),  # noqa: S308
        "methods": methods(reading, places=places),
        "places": places,
        "choices": [
            *kind.choices(reading.spec),
            *population_in_words(reading.spec.population, study=analysis.study.code, by=by),
        ],
        "flow": report.flow_rows(reading.answer, kind.steps),
        "exclusions": report.exclusion_rows(reading.answer),
    }
    return render_to_string("analytics/report.html", context)


def file_name(analysis: Analysis, suffix: str) -> str:
    """“analysis-17.R”."""
    return f"analysis-{analysis.pk}.{suffix}"


def _drawn(reading: Reading, name: str, *, height: int) -> SafeString:
    figure = kind_of(reading.analysis).drawings[name](reading)
    if figure is None:
        return SafeString("")
    figure.update_layout(width=PAGE_WIDTH, height=height)
    config: dict[str, Any] = {"displayModeBar": False, "showTips": False}
    # Plotly escapes what could end its script element.
    return mark_safe(  # noqa: S308
        plotly.io.to_html(figure, config=config, include_plotlyjs=False, full_html=False, div_id=f"figure-{name}")
    )


def _static(path: str) -> str:
    """The text of one of the portal's own files, to stand inside an element of a page."""
    found = finders.find(path) or str(Path(settings.STATIC_ROOT) / path)
    return Path(str(found)).read_text(encoding="utf-8").replace("</script", "<\\/script")
