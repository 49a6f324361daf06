"""The question in the documentation of the API; :meth:`analytics.spec.Spec.from_mapping` parses it."""

from rest_framework import serializers

from analytics.kinds.response_proportions.spec import (
    COVARIATES,
    GROUPED_BY,
    MARKER_PREFIX,
    NotEvaluable,
    OverallTest,
    Step,
)
from analytics.kinds.serializers import QuestionSerializer, measure_serializer
from cases.models import Criterion


class ResponseProportionsSerializer(measure_serializer(MARKER_PREFIX, required=False), QuestionSerializer):  # type: ignore[misc]
    """Response proportions: what share of the treated patients responded to denosumab, in these groups?"""

    criterion = serializers.ChoiceField(choices=Criterion.choices)
    grouping = serializers.CharField(help_text=", ".join(GROUPED_BY))
    gene = serializers.CharField(required=False, help_text="For fusion_partner and alteration: HGNC symbol.")
    groups = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Codes of the groups; all when left out."
    )
    reference = serializers.CharField(required=False, help_text="The group the others are compared with.")
    test = serializers.ChoiceField(choices=OverallTest.choices, required=False)
    not_evaluable = serializers.ChoiceField(choices=NotEvaluable.choices, required=False)
    count_flagged = serializers.BooleanField(
        required=False, help_text="Whether assessments after radiotherapy or surgery to the lesion count."
    )
    stratum = serializers.CharField(required=False, help_text="A grouping within whose groups to compare.")
    stratum_gene = serializers.CharField(required=False, help_text="Its gene, where it needs one.")
    covariates = serializers.ListField(
        child=serializers.ChoiceField(choices=tuple(COVARIATES)),
        required=False,
        help_text="Of a logistic regression with the groups; none is no regression.",
    )
    step = serializers.ChoiceField(choices=Step.choices, required=False, help_text="Only with the covariate marker.")
