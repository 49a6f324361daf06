"""Addresses of rows in answers of the API."""

from typing import Any

from rest_framework.serializers import HyperlinkedIdentityField


class AddressField(HyperlinkedIdentityField):
    """Where the row itself is read.

    A text and nothing more: REST framework's own field gives a subclass, which a server refuses in a header.
    """

    def to_representation(self, value: Any) -> str:  # type: ignore[override]
        return str(super().to_representation(value))
