"""The parts of questions in the documentation of the API."""

from copy import deepcopy
from typing import Any

from rest_framework import serializers

from analytics.groupings import GROUPINGS
from analytics.spec import Assay, Consolidation, Undetermined


class QuestionSerializer(serializers.Serializer[Any]):
    """What every question has."""

    study = serializers.CharField(help_text="Code of the study.")
    kind = serializers.CharField(required=False, help_text="Kind of the question; expression_by_group when left out.")
    population = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField()),
        required=False,
        help_text="Filters of the list of patients by name, each with a list of values; everybody when left out.",
    )
    family = serializers.IntegerField(required=False, help_text="Number of the family of tests it belongs to.")


class MeasureSerializer(serializers.Serializer[Any]):
    """What is measured."""

    assay = serializers.ChoiceField(choices=Assay.choices)
    dataset = serializers.CharField(required=False, help_text="Code of the dataset; only for profiles.")
    antibody = serializers.CharField(
        required=False, help_text="Code of the antibody; only for ihc. Any against the marker when left out."
    )
    cell_type = serializers.CharField(required=False, help_text="Only for ihc: tumour, stromal, giant_cell, …")
    compartment = serializers.CharField(
        required=False, help_text="Only for ihc: membrane, cytoplasm, nucleus or not_stated."
    )
    scale = serializers.CharField(required=False, help_text="Only for ihc: h_score, irs, allred or percent_positive.")
    rule = serializers.CharField(
        required=False,
        help_text="Only for ihc: the consolidation rule, as “name v1”. It takes the place of consolidation.",
    )
    phospho_site = serializers.CharField(
        required=False, help_text="Only for western: such as S473. The total over the loading control when left out."
    )
    marker = serializers.CharField(help_text="HGNC symbol, such as TNFSF11.")
    per_marker = serializers.CharField(
        required=False,
        help_text="For profile and qpcr: the marker to which the log2 ratio is taken, such as TNFRSF11B.",
    )
    consolidation = serializers.ChoiceField(choices=Consolidation.choices, required=False)
    undetermined = serializers.ChoiceField(choices=Undetermined.choices, required=False)


class GroupingSerializer(serializers.Serializer[Any]):
    """By what patients are grouped."""

    grouping = serializers.CharField(help_text=", ".join(GROUPINGS))
    gene = serializers.CharField(required=False, help_text="For fusion_partner and alteration: HGNC symbol.")
    criterion = serializers.CharField(required=False, help_text="For response: sclerosis, mda, recist, …")


def measure_serializer(prefix: str = "", *, required: bool = True) -> type[serializers.Serializer[Any]]:
    """What is measured, each name after ``prefix``: for questions about two measures, or perhaps about none."""
    fields = {prefix + name: deepcopy(field) for name, field in MeasureSerializer().get_fields().items()}
    for field in fields.values():
        field.required = field.required and required
    doc = f"The measure whose names begin with {prefix}."
    return type(f"{prefix.title().rstrip('_')}MeasureSerializer", (serializers.Serializer,), {**fields, "__doc__": doc})
