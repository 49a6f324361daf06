"""The tables of an export job as one file."""

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from django.core.files import File
from django.utils import timezone

from cases.exporting.made import MadeFile
from cases.exporting.package import Shape, one_file, sha256_of, write_package
from cases.exporting.tables import Table
from cases.jobs import Progress
from cases.models import ExportJob


def packed(tables: Iterable[Table], *, job: ExportJob, progress: Progress) -> MadeFile:
    """Tables as the file a job asks for. Its folder is gone once it is made; the open file lives on."""
    shape = Shape.of(job.options)
    with TemporaryDirectory(prefix="export-") as name:
        folder = Path(name)
        manifest = write_package(
            tables,
            folder=folder,
            study=job.study,
            by=job.requested_by,
            shape=shape,
            progress=progress,
            query=job.options["filter"],
        )
        path = one_file(folder, shape)
        manifest["sha256"] = sha256_of(path)
        file = path.open("rb")
    named = f"{job.study.code}-{job.kind}-{timezone.localdate().isoformat()}-{job.pk}{path.suffix}"
    return MadeFile(file=File(file, name=named), rows=sum(manifest["rows"].values()), manifest=manifest)
