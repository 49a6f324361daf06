"""What the variables of a matrix are called."""

from collections import Counter
from collections.abc import Iterable, Mapping

from analytics.groupings import Labels, in_all_languages
from analytics.kinds.marker_matrix.spec import parts_of
from analytics.plots.names import in_a_sentence
from expression.models import Compartment, StainedCell


def variable_names(variables: Iterable[str], markers: Mapping[str, str]) -> dict[str, Labels]:
    """“RANKL”, “RANKL, stromal cell”; with the compartment where these cells were read in several."""
    variables = list(variables)
    cells = Counter(parts_of(variable)[:2] for variable in variables)
    return {variable: _name(variable, markers, in_full=cells[parts_of(variable)[:2]] > 1) for variable in variables}


def _name(variable: str, markers: Mapping[str, str], *, in_full: bool) -> Labels:
    symbol, cell_type, compartment = parts_of(variable)
    name = markers.get(symbol, symbol)
    if not cell_type:
        return in_all_languages(name)
    where = [in_all_languages(dict(StainedCell.choices).get(cell_type, cell_type))]
    if in_full:
        where.append(in_all_languages(dict(Compartment.choices).get(compartment, compartment)))
    return {language: ", ".join([name, *(in_a_sentence(part[language]) for part in where)]) for language in where[0]}
