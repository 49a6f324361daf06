"""The question in the documentation of the API; :meth:`analytics.spec.Spec.from_mapping` parses it."""

from rest_framework import serializers

from analytics.groupings import GROUPINGS
from analytics.kinds.association.spec import Coefficient, X, Y
from analytics.kinds.serializers import QuestionSerializer, measure_serializer


class AssociationSerializer(measure_serializer(X), measure_serializer(Y), QuestionSerializer):  # type: ignore[misc]
    """Association: do two measures of the same patients rise and fall together?"""

    grouping = serializers.CharField(required=False, help_text="Tell it for each group, too: " + ", ".join(GROUPINGS))
    gene = serializers.CharField(required=False, help_text="For fusion_partner and alteration: HGNC symbol.")
    criterion = serializers.CharField(required=False, help_text="For response: sclerosis, mda, recist, …")
    coefficient = serializers.ChoiceField(choices=Coefficient.choices, required=False)
