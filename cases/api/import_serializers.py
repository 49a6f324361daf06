"""What the API says of imports, in the language of the request."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cases.api.addresses import AddressField
from cases.importing.answering import questions_of
from cases.importing.formats import by_code
from cases.importing.mappings import offers
from cases.importing.reading import check_of, sentences
from cases.models import ImportJob, ImportMapping, JobStatus
from cases.sentences import render


class FileSerializer(serializers.Serializer):
    """A file to import, for the documentation; the form of the page checks it."""

    study = serializers.CharField(help_text="Code of the study.")
    file = serializers.FileField()
    format = serializers.CharField(required=False, help_text="record_table, expression_table, quantstudio, …")


@extend_schema_field(OpenApiTypes.ANY)
class MappingField(serializers.Field):
    """The name of a mapping of the study, a mapping as it is downloaded, or its answers alone."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, dict | str) or (isinstance(data, str) and "\x00" in data):
            raise serializers.ValidationError(_("Name a mapping, or send its answers as an object."))
        return data

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field(OpenApiTypes.STR)
class AnswerField(serializers.Field):
    """A text, a number, true or false, as the form of the page would get it."""

    def to_internal_value(self, data: Any) -> str | bool:
        if not isinstance(data, str | int | float | bool):
            raise serializers.ValidationError(_("An answer is a text, a number, true or false."))
        return data if isinstance(data, bool) else str(data)

    def to_representation(self, value: Any) -> Any:
        return value


class AnswersSerializer(serializers.Serializer):
    mapping = MappingField(required=False, help_text="Name of a mapping, or one as it is downloaded.")
    answers = serializers.DictField(
        child=AnswerField(), required=False, help_text="By names of questions, beyond the mapping."
    )


class WriteSerializer(serializers.Serializer):
    attempt = serializers.IntegerField(min_value=0, max_value=32_000, help_text="As the import says it.")


class ImportSerializer(serializers.ModelSerializer[ImportJob]):
    """An import without its questions and its check."""

    url = AddressField(view_name="api:import-detail")
    study = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    requested_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)
    is_undone = serializers.BooleanField(read_only=True, help_text="What was written was taken back since.")

    class Meta:
        model = ImportJob
        fields = ["id", "url", "study", "file_name", "format", "phase", "status", "attempt", "requested_by"]
        fields += ["requested_at", "started_at", "finished_at", "progress_done", "progress_total", "written"]
        fields += ["is_undone"]
        read_only_fields = fields


class ImportQuestionSerializer(serializers.Serializer):
    name = serializers.CharField()
    text = serializers.CharField(source="label")
    value = serializers.JSONField(help_text="What is guessed, or was answered.")
    is_required = serializers.BooleanField()
    choices = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))


class ImportFindingSerializer(serializers.Serializer):
    is_error = serializers.BooleanField()
    place = serializers.CharField(help_text="Sheet and row; blank for one about the whole file.")
    column = serializers.CharField()
    text = serializers.CharField()


class ChangedFieldSerializer(serializers.Serializer):
    name = serializers.CharField(source="label")
    count = serializers.IntegerField()
    row = serializers.IntegerField(help_text="The first such row.")
    before = serializers.CharField()
    after = serializers.CharField()


class ImportSheetSerializer(serializers.Serializer):
    title = serializers.CharField()
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused = serializers.IntegerField()
    changed_fields = ChangedFieldSerializer(source="fields", many=True)


class RowCountSerializer(serializers.Serializer):
    model = serializers.CharField()
    new = serializers.IntegerField()
    changed = serializers.IntegerField()
    matched = serializers.IntegerField()


class ImportCheckSerializer(serializers.Serializer):
    is_importable = serializers.BooleanField()
    error_count = serializers.IntegerField(source="errors")
    note_count = serializers.IntegerField(source="notes")
    counts = RowCountSerializer(many=True)
    sheets = ImportSheetSerializer(many=True)
    findings = ImportFindingSerializer(many=True, help_text="Up to 200 of each severity.")
    has_refused_rows = serializers.BooleanField(help_text="There is a file of problems.")


class UndoneSerializer(serializers.Serializer):
    status = serializers.ChoiceField(choices=JobStatus.choices)
    progress_done = serializers.IntegerField()
    progress_total = serializers.IntegerField()
    requested_by = serializers.CharField(source="requested_by.username")
    finished_at = serializers.DateTimeField(allow_null=True)
    message = serializers.SerializerMethodField()
    removed = serializers.DictField(child=serializers.IntegerField())
    restored = serializers.DictField(child=serializers.IntegerField())

    def get_message(self, undo: Any) -> str:
        return render(undo.message)


class ObstacleSerializer(serializers.Serializer):
    text = serializers.CharField()
    rows = serializers.ListField(child=serializers.CharField(), source="names", help_text="The first of them.")


class UndoPreviewSerializer(serializers.Serializer):
    is_possible = serializers.BooleanField()
    removed = serializers.ListField(child=serializers.CharField())
    restored = serializers.ListField(child=serializers.CharField())
    obstacles = ObstacleSerializer(many=True)
    notes = serializers.ListField(child=serializers.CharField())


class MappingSerializer(serializers.ModelSerializer[ImportMapping]):
    study = serializers.SlugRelatedField[Any](slug_field="code", read_only=True)
    saved_by = serializers.SlugRelatedField[Any](slug_field="username", read_only=True)

    class Meta:
        model = ImportMapping
        fields = ["id", "study", "format", "name", "answers", "saved_by", "saved_at"]
        read_only_fields = fields


class ImportDetailSerializer(ImportSerializer):
    """An import with everything its page says."""

    message = serializers.SerializerMethodField(help_text="Why it ended without being written.")
    warnings = serializers.SerializerMethodField(help_text="What was noticed when the file was read.")
    mappings = serializers.SerializerMethodField(help_text="Names of mappings that fit, the best first.")
    questions = serializers.SerializerMethodField(
        help_text="Those that can be answered now, with what is guessed or was answered."
    )
    check = serializers.SerializerMethodField(help_text="What would be written; null before the answers.")
    undo = serializers.SerializerMethodField(help_text="The last undoing; null when nobody wanted one.")

    class Meta(ImportSerializer.Meta):
        fields = [*ImportSerializer.Meta.fields, "message", "warnings", "mappings", "questions", "check", "undo"]
        read_only_fields = fields

    def get_message(self, job: ImportJob) -> str:
        return render(job.message)

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_warnings(self, job: ImportJob) -> list[str]:
        return sentences(_outline(job).get("warnings", []))

    @extend_schema_field(serializers.ListField(child=serializers.CharField()))
    def get_mappings(self, job: ImportJob) -> list[str]:
        if not _asks(job):
            return []
        fitting = offers(study=job.study, import_format=by_code(job.format), outline=_outline(job))
        return [offer.name for offer in fitting]

    @extend_schema_field(ImportQuestionSerializer(many=True))
    def get_questions(self, job: ImportJob) -> Any:
        if not _asks(job):
            return []
        form = by_code(job.format).options_form(study=job.study, outline=_outline(job), options=job.options)
        return ImportQuestionSerializer(list(questions_of(form)), many=True).data

    @extend_schema_field(ImportCheckSerializer(allow_null=True))
    def get_check(self, job: ImportJob) -> Any:
        check = check_of(job)
        return None if check is None else ImportCheckSerializer(check).data

    @extend_schema_field(UndoneSerializer(allow_null=True))
    def get_undo(self, job: ImportJob) -> Any:
        undo = job.latest_undo
        return None if undo is None else UndoneSerializer(undo).data


def _outline(job: ImportJob) -> dict[str, Any]:
    return (job.preview or {}).get("outline") or {}


def _asks(job: ImportJob) -> bool:
    return job.preview is not None and job.status in (JobStatus.WAITING, JobStatus.REFUSED)
