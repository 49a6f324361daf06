"""What people call the targets of a western blot: STAT3, p-STAT3 Y705."""

import re
from dataclasses import dataclass
from functools import cached_property

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from expression.models import BandForm, Marker, PhosphoSite

BETWEEN = re.compile(r"[,;、，\n]")
RESIDUE = r"[STY][0-9]+(?:/[STY][0-9]+)*"
PHOSPHO = re.compile(rf"^(?:phospho|p)[- ]?(?P<protein>.+?)(?:[ (]+(?P<residue>{RESIDUE})\)?)?$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Target:
    """A protein, or its phosphorylated form at a site."""

    marker: Marker
    site: PhosphoSite | None = None

    @property
    def form(self) -> BandForm:
        return BandForm.PHOSPHO if self.site else BandForm.TOTAL

    def __str__(self) -> str:
        return str(self.site or self.marker)


class Targets:
    """Every marker by symbol, common name or synonym, with its phospho-sites. Two queries."""

    @cached_property
    def _markers(self) -> dict[str, Marker]:
        found: dict[str, Marker] = {}
        for marker in Marker.objects.order_by("-position"):
            names = (*marker.synonyms, marker.symbol, marker.name)
            found |= {name.casefold(): marker for name in names}
        return found

    @cached_property
    def sites(self) -> list[PhosphoSite]:
        return list(PhosphoSite.objects.select_related("marker").order_by("marker__position", "residue"))

    def read(self, text: str) -> list[Target]:
        """The targets of a list with commas, each once; ``ValidationError`` with a sentence for each that is none."""
        found: list[Target] = []
        errors: list[ValidationError] = []
        for words in filter(None, (" ".join(part.split()) for part in BETWEEN.split(text))):
            try:
                found.append(self.target(words))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return list(dict.fromkeys(found))

    def target(self, words: str) -> Target:
        """One target; ``ValidationError`` where it is none."""
        if marker := self._markers.get(words.casefold()):
            return Target(marker=marker)
        match = PHOSPHO.match(words)
        marker = self._markers.get(match["protein"].casefold()) if match else None
        if match is None or marker is None:
            raise ValidationError(
                _("“%(words)s” is no marker. Write its name or HGNC symbol, for example STAT3, or p-STAT3 Y705."),
                params={"words": words},
            )
        return Target(marker=marker, site=self._site(marker, match["residue"]))

    def _site(self, marker: Marker, residue: str | None) -> PhosphoSite:
        own = {site.residue: site for site in self.sites if site.marker == marker}
        if residue is None and len(own) == 1:
            return next(iter(own.values()))
        if residue is not None and residue.upper() in own:
            return own[residue.upper()]
        known = ", ".join(own) or "–"
        if residue is None:
            raise ValidationError(
                _("Say which phospho-site of %(marker)s. Known: %(known)s."), params={"marker": marker, "known": known}
            )
        raise ValidationError(
            _("%(residue)s is no phospho-site of %(marker)s. Known: %(known)s. An administrator can add one."),
            params={"residue": residue.upper(), "marker": marker, "known": known},
        )
