"""Plates for tests: exports written line by line, and the whole way from a file to a run."""

from pathlib import Path
from typing import Any

from cases.importing.files import inspect
from cases.importing.formats import ImportPlan, Source
from cases.jobs import Progress
from cases.models import Study
from expression.importing.plate_format import QuantStudioFormat
from expression.models import QpcrRun

EXAMPLE = Path(__file__).resolve().parent.parent.parent / "docs" / "examples" / "synthetic_quantstudio.txt"
HEADINGS = ["Well", "Well Position", "Omit", "Sample Name", "Target Name", "Task", "Reporter", "CT"]
FORMAT = QuantStudioFormat()


def line(position: str, sample: str, target: str, cq: Any, *, task: str = "UNKNOWN", omit: str = "false") -> str:
    """A line of the results, under ``HEADINGS``."""
    return "\t".join(["1", position, omit, sample, target, task, "FAM", str(cq)])


def export(*lines: str, items: tuple[str, ...] = ("Experiment Name = Plate 7",), footer: str = "") -> str:
    """The text of an export. With one item the first line of the results is line 5 of the file."""
    header = "\n".join(f"* {item}" for item in items)
    return "\n".join([header, "", "[Results]", "\t".join(HEADINGS), *lines, "", footer])


def written(folder: Path, text: str, *, name: str = "plate.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def source_of(path: Path, study: Study, **fields: Any) -> Source:
    return Source(study=study, path=path, file_name=path.name, kind=inspect(path), **fields)


def answers(source: Source, **changes: Any) -> dict[str, Any]:
    """The options of a person who accepts every guess except ``changes``.

    These are fields of the form; ``targets`` and ``samples`` hold answers by name.
    """
    outline = FORMAT.outline(source, progress=Progress())
    data = dict(FORMAT.options_form(study=source.study, outline=outline).initial)
    for kind in ("target", "sample"):
        for name, choice in changes.pop(f"{kind}s", {}).items():
            [number] = [number for number, item in enumerate(outline[f"{kind}s"]) if item["name"] == name]
            data |= {f"{kind}-{number}-{key}": value for key, value in choice.items()}
    form = FORMAT.options_form(study=source.study, outline=outline, data=data | changes)
    assert form.is_valid(), form.errors
    return form.options


def plan_of(path: Path, study: Study, **changes: Any) -> ImportPlan:
    source = source_of(path, study)
    return FORMAT.plan(source, options=answers(source, **changes), progress=Progress())


def import_run(path: Path, study: Study, **changes: Any) -> QpcrRun:
    """The run after an import of the file with these answers."""
    plan = plan_of(path, study, **changes)
    assert not plan.findings.has_errors, [finding.sentence for finding in plan.findings]
    plan.write()
    return QpcrRun.objects.get(study=study, code=plan.new[QpcrRun][0].code)
