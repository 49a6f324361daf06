"""The question in the documentation of the API; :meth:`analytics.spec.Spec.from_mapping` parses it."""

from analytics.kinds.serializers import MeasureSerializer, QuestionSerializer


class ChangeOnTreatmentSerializer(MeasureSerializer, QuestionSerializer):
    """Change on treatment: does a marker change from before denosumab to on it, in the same patients?"""
