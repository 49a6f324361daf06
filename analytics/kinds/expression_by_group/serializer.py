"""The question in the documentation of the API; :meth:`analytics.spec.Spec.from_mapping` parses it."""

from rest_framework import serializers

from analytics.kinds.expression_by_group.spec import Method
from analytics.kinds.serializers import GroupingSerializer, MeasureSerializer, QuestionSerializer


class ExpressionByGroupSerializer(GroupingSerializer, MeasureSerializer, QuestionSerializer):
    """Expression by group: is one marker's expression the same in these groups?"""

    groups = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Codes of the groups; all when left out."
    )
    reference = serializers.CharField(required=False, help_text="The group the others are compared with.")
    method = serializers.ChoiceField(choices=Method.choices, required=False)
    stratum = serializers.CharField(required=False, help_text="Only for stratified: the grouping that makes strata.")
    cutoff = serializers.FloatField(
        required=False, help_text="Only for positive: the lowest value that counts as positive."
    )
    margin = serializers.FloatField(
        required=False, help_text="Only for equivalence: the smallest difference that would matter."
    )
