"""Western blots over the API: bands as entered, ratios as computed. Read-only."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from cases import access
from cases.api import asked_study, lists_rows
from expression.blot_ratios import lane_ratios, visible_lanes
from expression.models import Band, BandForm, Lane, Membrane, WesternBlot
from expression.scoring import BlotFlag, BlotReason, BlotStatus


class MembraneSerializer(serializers.ModelSerializer[Membrane]):
    class Meta:
        model = Membrane
        fields = ["name", "loading_control"]


class WesternBlotSerializer(serializers.ModelSerializer[WesternBlot]):
    study = serializers.CharField(source="study.code")
    membranes = MembraneSerializer(many=True)

    class Meta:
        model = WesternBlot
        fields = ["id", "study", "code", "performed_on", "detection", "membranes"]


class BandSerializer(serializers.Serializer[Band]):
    """One band. Volumes are in arbitrary units of the imager."""

    lane = serializers.IntegerField(source="lane.number")
    membrane = serializers.CharField(source="membrane.name")
    form = serializers.ChoiceField(choices=BandForm.choices)
    marker = serializers.CharField(source="marker.symbol", default=None, allow_null=True, help_text="HGNC symbol.")
    phospho_site = serializers.CharField(source="phospho_site.residue", default=None, allow_null=True)
    volume = serializers.FloatField()
    saturated = serializers.BooleanField()


class LaneSerializer(serializers.Serializer[Lane]):
    number = serializers.IntegerField()
    patient = serializers.CharField(source="specimen.patient.code", default=None, allow_null=True)
    specimen = serializers.CharField(source="specimen.code", default=None, allow_null=True)
    cell_line = serializers.CharField(source="line.name", default=None, allow_null=True)
    treatment = serializers.CharField()
    is_calibrator = serializers.BooleanField()


class RatioSerializer(serializers.Serializer[Any]):
    """One measure in one lane: phosphorylated ÷ total, or total ÷ loading control."""

    lane = serializers.IntegerField(source="lane.number")
    marker = serializers.CharField(source="measure.leading.marker.symbol", help_text="HGNC symbol.")
    phospho_site = serializers.CharField(source="measure.leading.site.residue", default=None, allow_null=True)
    membrane = serializers.CharField(source="measure.leading.membrane.name")
    status = serializers.ChoiceField(source="relative.status", choices=[(one.value, one.value) for one in BlotStatus])
    reason = serializers.ChoiceField(
        source="relative.reason", choices=[(one.value, one.value) for one in BlotReason], allow_null=True
    )
    flags = serializers.ListField(
        source="relative.flags", child=serializers.ChoiceField(choices=[(one.value, one.value) for one in BlotFlag])
    )
    ratio = serializers.FloatField(source="ratio.value", allow_null=True)
    relative = serializers.FloatField(
        source="relative.value", allow_null=True, help_text="Times the ratio of the calibrator lane."
    )
    log2 = serializers.FloatField(source="relative.log2", allow_null=True)
    log2_for_analysis = serializers.FloatField(
        source="relative.analysed", allow_null=True, help_text="Null where a band it rests on is saturated."
    )


class WholeBlotSerializer(WesternBlotSerializer):
    """With lanes, bands and ratios. Lanes of specimens you may not see are left out, also of the calculation."""

    lanes = serializers.SerializerMethodField()
    hidden_lanes = serializers.SerializerMethodField(help_text="Number of the lanes that are left out.")
    bands = serializers.SerializerMethodField()
    ratios = serializers.SerializerMethodField()

    class Meta(WesternBlotSerializer.Meta):
        fields = [*WesternBlotSerializer.Meta.fields, "lanes", "hidden_lanes", "bands", "ratios"]

    @extend_schema_field(LaneSerializer(many=True))
    def get_lanes(self, blot: WesternBlot) -> Any:
        return LaneSerializer(self._lanes(blot), many=True).data

    def get_hidden_lanes(self, blot: WesternBlot) -> int:
        return blot.lanes.count() - len(self._lanes(blot))

    @extend_schema_field(BandSerializer(many=True))
    def get_bands(self, blot: WesternBlot) -> Any:
        return BandSerializer(self._bands(blot), many=True).data

    @extend_schema_field(RatioSerializer(many=True))
    def get_ratios(self, blot: WesternBlot) -> Any:
        return RatioSerializer(lane_ratios(lanes=self._lanes(blot), bands=self._bands(blot)), many=True).data

    def _lanes(self, blot: WesternBlot) -> Any:
        if not hasattr(self, "_read_lanes"):
            lanes = visible_lanes(user=self.context["request"].user, study=blot.study).filter(blot=blot)
            self._read_lanes = list(lanes.select_related("specimen__patient", "line").order_by("number"))
        return self._read_lanes

    def _bands(self, blot: WesternBlot) -> Any:
        if not hasattr(self, "_read_bands"):
            bands = Band.objects.filter(lane__in=self._lanes(blot)).order_by("lane__number", "membrane__name", "pk")
            self._read_bands = list(bands.select_related("lane", "membrane", "marker", "phospho_site__marker"))
        return self._read_bands


@lists_rows
class WesternBlotViewSet(ReadOnlyModelViewSet[WesternBlot]):
    """Western blots of your studies; a single one comes with its lanes, bands and ratios."""

    queryset = WesternBlot.objects.select_related("study").prefetch_related("membranes")

    def get_serializer_class(self) -> Any:
        return WholeBlotSerializer if self.action == "retrieve" else WesternBlotSerializer

    def get_queryset(self) -> QuerySet[WesternBlot]:
        study = asked_study(self.request)
        blots = access.of_study(user=self.request.user, queryset=super().get_queryset())
        return (blots.filter(study=study) if study else blots).order_by("study__code", "code")
