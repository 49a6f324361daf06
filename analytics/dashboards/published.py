"""What others published about a marker: facts with source, shown beside a study's numbers, never among them."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class PublishedFigure:
    """What was found by immunohistochemistry in ``patients`` patients with ``tumour``: so many ``positive`` by the
    cut-off of the publication, called ``short`` in a figure.
    """

    marker: str
    tumour: str | Promise
    patients: int
    positive: int
    finding: str | Promise
    short: str
    citation: str
    url: str


PUBLISHED = (
    PublishedFigure(
        marker="TNFSF11",
        tumour=_("Giant cell tumour of bone, Campanacci III"),
        patients=39,
        positive=32,
        finding=_("more than 75% of stromal cells stained in 32 (82%); strong total score (5–6) in 26 (67%)"),
        short="Abdul Ghani 2018",
        citation="Abdul Ghani S et al. Indian J Orthop 2018;52(1):31–34. doi:10.4103/ortho.IJOrtho_153_17",
        url="https://doi.org/10.4103/ortho.IJOrtho_153_17",
    ),
    PublishedFigure(
        marker="TNFSF11",
        tumour=_("Osteosarcoma"),
        patients=91,
        positive=8,
        finding=_("positive in 8 (8.8%)"),
        short="Bago-Horvath 2014",
        citation="Bago-Horvath Z et al. Pathology 2014;46(5):411–415. doi:10.1097/PAT.0000000000000116",
        url="https://doi.org/10.1097/PAT.0000000000000116",
    ),
    PublishedFigure(
        marker="TNFSF11",
        tumour=_("Osteosarcoma, high-grade and localised"),
        patients=40,
        positive=30,
        finding=_("positive in 30 (75.0%); high score (≥ 4) in 15, low score (≤ 3) in 15"),
        short="Pediatr Blood Cancer 56",
        citation="Pediatr Blood Cancer 56(5):738–743",
        url="https://eurekamag.com/research/055/333/055333163.php",
    ),
    PublishedFigure(
        marker="TNFRSF11A",
        tumour=_("Osteosarcoma"),
        patients=91,
        positive=63,
        finding=_("positive in 63 (69.2%)"),
        short="Bago-Horvath 2014",
        citation="Bago-Horvath Z et al. Pathology 2014;46(5):411–415. doi:10.1097/PAT.0000000000000116",
        url="https://doi.org/10.1097/PAT.0000000000000116",
    ),
    PublishedFigure(
        marker="TNFRSF11A",
        tumour=_("Osteosarcoma"),
        patients=43,
        positive=8,
        finding=_("positive, more than 40% of cells, in 8 (18%)"),
        short="CORS 2013",
        citation="Bone Joint J 96-B(Suppl 11), CORS 2013, abstract 109",
        url="https://boneandjoint.org.uk/Article/10.1302/1358-992X.96BSUPP_11.CORS2013-109",
    ),
)


def published_about(marker: str) -> list[PublishedFigure]:
    """What was published about the marker of this HGNC symbol; possibly nothing."""
    return [figure for figure in PUBLISHED if figure.marker == marker]
