"""What the columns of a table of cases are, guessed from their headings and their values."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from cases.importing.tables import Table
from cases.importing.words import is_known, plain
from expression.importing.expression_values import is_number
from expression.marker_words import gene_word, markers_by_word
from expression.models import Marker

UNKNOWN = ""
IGNORE, SAMPLE, PATIENT = "ignore", "sample", "patient"
SEX, BIRTH_YEAR, HISTOLOGY = "sex", "birth_year", "histology"
FUSION, MARKER = "fusion:", "marker:"
"""Followed by the HGNC symbol; ``fusion:`` alone when the heading does not tell the gene."""

LABELS = {
    IGNORE: _("Do not import"),
    SAMPLE: _("Sample code"),
    PATIENT: _("Patient code"),
    SEX: _("Sex"),
    BIRTH_YEAR: _("Birth year"),
    HISTOLOGY: _("Histology"),
}

HEADINGS = {
    SAMPLE: "sample; sample id; sample code; sample name; specimen; specimen id; specimen code; aliquot; aliquot id; "
    "検体; 検体id; 検体コード; 検体番号; サンプル; サンプル名; 試料",
    PATIENT: "patient; patient id; patient code; case; case id; case code; subject; subject id; "
    "患者; 患者id; 患者コード; 患者番号; 症例; 症例id; 症例コード; 症例番号",
    SEX: "sex; gender; 性別",
    BIRTH_YEAR: "birth year; year of birth; 生年; 出生年; 生まれ年",
    HISTOLOGY: "histology; histological type; histologic type; histological diagnosis; diagnosis; "
    "組織型; 病理; 病理診断; 診断; 組織診断",
}
"""As :func:`cases.importing.words.plain` writes them."""

ROLE_OF_HEADING = {heading: role for role, headings in HEADINGS.items() for heading in headings.split("; ")}

FUSION_HEADING = re.compile(
    r"([A-Z][A-Z0-9]{1,14})[ _-]*(?:fusion|融合|転座)[ _-]*(?:gene)?[ _-]*(?:partner|遺伝子|相手|パートナー)?"
)
GENE_HEADING = re.compile(r"[A-Z][A-Z0-9-]{1,14}(?:\|[0-9]+)?")


def guess_roles(table: Table, markers: Iterable[Marker]) -> dict[str, str]:
    """The role of every heading; :data:`UNKNOWN` where a person must say. No role but ``ignore`` is given twice."""
    by_word = markers_by_word(markers)
    guessed: dict[str, str] = {}
    for heading in table.header:
        role = _role_of_heading(heading, by_word) or _role_of_content(table, heading)
        guessed[heading] = UNKNOWN if role != IGNORE and role in guessed.values() else role
    if SAMPLE not in guessed.values():
        sample = next((name for name in guessed if not guessed[name] and _could_be_codes(table, name)), None)
        guessed |= {sample: SAMPLE} if sample else {}
    return guessed


def has_values(roles: Mapping[str, str]) -> bool:
    """Whether a column is the expression of a marker."""
    return any(role.startswith(MARKER) for role in roles.values())


def fusion_gene(heading: str) -> str:
    """The gene whose fusion partner the column holds, as its heading says; else blank.

    >>> fusion_gene("SS18_fusion_partner")
    'SS18'
    """
    match = FUSION_HEADING.fullmatch(heading)
    return match[1] if match else ""


def examples(table: Table, heading: str, *, number: int = 3) -> list[str]:
    """The first different values below the heading."""
    return list(dict.fromkeys(text for _row, text in table.column(heading) if text))[:number]


def _role_of_heading(heading: str, by_word: Mapping[str, Marker]) -> str:
    if role := ROLE_OF_HEADING.get(plain(heading)):
        return role
    if gene := fusion_gene(heading):
        return FUSION + gene
    # TCGA writes TNFSF11|8600, laboratories RANKL (TNFSF11).
    marker = by_word.get(gene_word(re.split(r"[|(（]", heading)[0]))
    return MARKER + marker.symbol if marker else UNKNOWN


def _role_of_content(table: Table, heading: str) -> str:
    """Numbers below the symbol of a gene that is no study marker are left out, such as GAPDH and ACTB."""
    values = [text for _row, text in table.column(heading) if is_known(text)]
    is_other_gene = GENE_HEADING.fullmatch(heading) and values and all(map(is_number, values))
    return IGNORE if is_other_gene else UNKNOWN


def _could_be_codes(table: Table, heading: str) -> bool:
    values = [text for _row, text in table.column(heading)]
    return all(map(is_known, values)) and len(set(values)) == len(values) and not all(map(is_number, values))


def label_of(role: str, markers: Mapping[str, Marker]) -> Any:
    """The role in words. ``markers`` by symbol."""
    if role.startswith(MARKER):
        marker = markers[role.removeprefix(MARKER)]
        return marker.symbol if marker.name == marker.symbol else f"{marker.symbol} ({marker.name})"
    if role == FUSION:
        return _("Fusion partner of the gene named below")
    if role.startswith(FUSION):
        return _("Fusion partner of {gene}").format(gene=role.removeprefix(FUSION))
    return LABELS[role]
