"""The question in the documentation of the API; :meth:`analytics.spec.Spec.from_mapping` parses it."""

from rest_framework import serializers

from analytics.kinds.marker_matrix.spec import Adjustment
from analytics.kinds.serializers import QuestionSerializer
from analytics.spec import Assay, Consolidation, Undetermined


class MarkerMatrixSerializer(QuestionSerializer):
    """Marker matrix: which of several markers go together in the same patients?"""

    assay = serializers.ChoiceField(choices=Assay.choices)
    variables = serializers.ListField(
        child=serializers.CharField(),
        help_text="HGNC symbols; for ihc marker/cell type/compartment, such as TNFSF11/stromal/cytoplasm.",
    )
    dataset = serializers.CharField(required=False, help_text="Code of the dataset; only for profiles.")
    scale = serializers.CharField(required=False, help_text="Only for ihc: h_score, irs, allred or percent_positive.")
    rule = serializers.CharField(required=False, help_text="Only for ihc: the consolidation rule, as “name v1”.")
    consolidation = serializers.ChoiceField(choices=Consolidation.choices, required=False)
    undetermined = serializers.ChoiceField(choices=Undetermined.choices, required=False)
    adjustment = serializers.ChoiceField(choices=Adjustment.choices, required=False)
