"""What says how stains are read, over the API: antibodies, cut-offs, rules, scales; written through the forms."""

from typing import Any

from django.db.models import Model, QuerySet
from rest_framework import serializers

from cases import access
from cases.access import StudyRights
from cases.api import lists_rows
from cases.api.writing import WritableViewSet, text_of
from expression.ihc_forms import AntibodyForm, ConsolidationRuleForm, PositivityCutoffForm
from expression.models import Antibody, ConsolidationRule, LaboratoryScale, Marker, PositivityCutoff
from expression.scale_forms import LaboratoryScaleForm


def _marker() -> serializers.SlugRelatedField:
    return serializers.SlugRelatedField(slug_field="symbol", queryset=Marker.objects.all(), help_text="HGNC symbol")


class OfStudySerializer(serializers.ModelSerializer):
    study = serializers.CharField(source="study.code")


class AntibodySerializer(OfStudySerializer):
    marker = _marker()

    class Meta:
        model = Antibody
        fields = ["id", "study", *AntibodyForm.Meta.fields]


class PositivityCutoffSerializer(OfStudySerializer):
    version = serializers.IntegerField(read_only=True)
    marker = _marker()
    antibody = serializers.SlugRelatedField(
        slug_field="code", queryset=Antibody.objects.all(), allow_null=True, required=False
    )
    at_least = serializers.FloatField()

    class Meta:
        model = PositivityCutoff
        fields = ["id", "study", "version", *PositivityCutoffForm.Meta.fields]


class ConsolidationRuleSerializer(OfStudySerializer):
    version = serializers.IntegerField(read_only=True)
    cutoff = serializers.PrimaryKeyRelatedField(
        queryset=PositivityCutoff.objects.all(), allow_null=True, required=False, help_text="Its id."
    )

    class Meta:
        model = ConsolidationRule
        fields = ["id", "study", "version", *ConsolidationRuleForm.Meta.fields]


class LaboratoryScaleSerializer(OfStudySerializer):
    meanings = serializers.DictField(
        child=serializers.CharField(), help_text='Score and meaning: {"0": "negative", "1": "focal"}.'
    )

    class Meta:
        model = LaboratoryScale
        fields = ["id", "study", *LaboratoryScaleForm.Meta.fields]


class OfStudyViewSet(WritableViewSet):
    """Rows of a study that hold nothing of a patient; all who see its rows read them."""

    to_patient = None
    writing_right = "enters_everywhere"

    model: type[Model]

    def visible(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return access.of_study(user=self.request.user, queryset=rows)

    def new_row(self, body: dict[str, Any]) -> tuple[Any, StudyRights]:
        rights = access.study_rights(user=self.request.user, code=text_of(body, "study"))
        make: Any = self.model
        return make(study=rights.study), rights


@lists_rows
class AntibodyViewSet(OfStudyViewSet):
    """Antibodies with clone, dilution and retrieval. A phospho-site is named by its id."""

    model = Antibody
    queryset = Antibody.objects.select_related("study", "marker")
    serializer_class = AntibodySerializer
    filterset_fields = ["code", "marker__symbol", "clone", "rrid"]
    form_class = AntibodyForm
    ordering_fields = ["code", "clone"]


class VersionViewSet(OfStudyViewSet):
    """A version never changes: it is read, and a further one is added under the same name."""

    http_method_names = ["get", "post", "head", "options"]

    def new_row(self, body: dict[str, Any]) -> tuple[Any, StudyRights]:
        row, rights = super().new_row(body)
        name = body.get("name")
        known = isinstance(name, str) and "\x00" not in name
        same = self.model._default_manager.filter(study=rights.study, name=name if known else "")
        newest: Any = same.order_by("-version").first()
        if newest is not None:
            # What stays from version to version is carried by the row.
            for field in self.form_class.stays:  # type: ignore[attr-defined]
                setattr(row, field, getattr(newest, field))
        return row, rights


@lists_rows
class PositivityCutoffViewSet(VersionViewSet):
    """From which score on something counts as positive. POST with a name that is there adds its next version."""

    model = PositivityCutoff
    queryset = PositivityCutoff.objects.select_related("study", "marker", "antibody")
    serializer_class = PositivityCutoffSerializer
    filterset_fields = ["name", "version", "marker__symbol", "scale"]
    form_class = PositivityCutoffForm
    ordering_fields = ["name", "version"]


@lists_rows
class ConsolidationRuleViewSet(VersionViewSet):
    """How cores make the value of a specimen and a patient. POST with a name that is there adds its next version."""

    model = ConsolidationRule
    queryset = ConsolidationRule.objects.select_related("study", "cutoff")
    serializer_class = ConsolidationRuleSerializer
    filterset_fields = ["name", "version", "cores_to_specimen"]
    form_class = ConsolidationRuleForm
    ordering_fields = ["name", "version"]


@lists_rows
class LaboratoryScaleViewSet(OfStudyViewSet):
    """What each number of the laboratory's own score sheets means. A scale never changes: add another one."""

    http_method_names = ["get", "post", "delete", "head", "options"]
    model = LaboratoryScale
    queryset = LaboratoryScale.objects.select_related("study")
    serializer_class = LaboratoryScaleSerializer
    filterset_fields = ["code"]
    form_class = LaboratoryScaleForm
    ordering_fields = ["code"]
