"""The question in the documentation of the API; :meth:`analytics.spec.Spec.from_mapping` parses it."""

from rest_framework import serializers

from analytics.kinds.serializers import QuestionSerializer, measure_serializer
from analytics.kinds.time_to_event.spec import Compared, Covariate, EndPoint, MarkerAs, Zero


class TimeToEventSerializer(measure_serializer(required=False), QuestionSerializer):  # type: ignore[misc]
    """Time to event: when does it come, and does it come later, or less often, to some patients?"""

    end_point = serializers.ChoiceField(choices=EndPoint.choices, required=False)
    event_types = serializers.ListField(
        child=serializers.CharField(), required=False, help_text="Kinds of skeletal-related events; all when left out."
    )
    progression = serializers.CharField(required=False, help_text="Only for progression: the criterion it is read by.")
    zero = serializers.ChoiceField(choices=Zero.choices, required=False, help_text="From when time is counted.")
    entry = serializers.CharField(
        required=False, help_text="From when a patient is under observation, one of zero's choices; zero when left out."
    )
    compared = serializers.ChoiceField(choices=Compared.choices, required=False)
    criterion = serializers.CharField(required=False, help_text="Only for response: sclerosis, mda, recist, …")
    landmarks = serializers.CharField(required=False, help_text="Only for response: days, such as “90, 180, 365”.")
    landmark = serializers.CharField(required=False, help_text="Only for response: the landmark that is drawn.")
    naive = serializers.BooleanField(required=False, help_text="Only for response: the biased comparison, too.")
    grouping = serializers.CharField(required=False, help_text="Only for groups; known at time zero.")
    gene = serializers.CharField(required=False, help_text="For groupings by alteration: HGNC symbol.")
    groups = serializers.ListField(child=serializers.CharField(), required=False, help_text="All when left out.")
    reference = serializers.CharField(required=False, help_text="The group the others are compared with.")
    marker_as = serializers.ChoiceField(
        choices=MarkerAs.choices, required=False, help_text="Only for marker, as are the fields of the measure."
    )
    covariates = serializers.ListField(
        child=serializers.ChoiceField(choices=Covariate.choices), required=False, help_text="Adjusted for."
    )
    years = serializers.CharField(required=False, help_text="Times of the estimates, such as “1, 2, 3”.")
    keeps_earlier = serializers.BooleanField(
        required=False, help_text="Keep patients with a skeletal-related event before time zero."
    )
    exact_dates = serializers.BooleanField(required=False, help_text="Leave out patients with a partial date.")
