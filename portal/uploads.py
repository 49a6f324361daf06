"""Files that are too big are refused before they fill the disk."""

from typing import Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Writes uploads to temporary files up to ``UPLOAD_LIMIT_BYTES``.

    Beyond it the rest is read and dropped, the file is missing from the form, and ``request.upload_too_large``
    lets the form say why. ``StopUpload`` would have Django read the rest line by line, for minutes.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received += len(raw_data)
        if self.is_too_large:
            cast(Any, self.request).upload_too_large = True
            self.file.truncate(0)
        else:
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self.is_too_large:
            self.file.close()
            return None
        return super().file_complete(file_size)

    @property
    def is_too_large(self) -> bool:
        return self.received > settings.UPLOAD_LIMIT_BYTES
