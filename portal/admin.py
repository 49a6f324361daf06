"""Accounts and tokens in the administration: for superusers alone, since whoever changes them can become anybody."""

from typing import Any

from allauth.account.admin import EmailAddressAdmin
from allauth.account.models import EmailAddress
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from knox.admin import AuthTokenAdmin
from knox.models import AuthToken

for model in (User, Group, AuthToken, EmailAddress):
    admin.site.unregister(model)


class ForSuperusers(admin.ModelAdmin):
    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser


@admin.register(User)
class PersonAdmin(ForSuperusers, UserAdmin):
    pass


@admin.register(Group)
class RightsGroupAdmin(ForSuperusers, GroupAdmin):
    pass


@admin.register(EmailAddress)
class AddressAdmin(ForSuperusers, EmailAddressAdmin):
    pass


@admin.register(AuthToken)
class TokenAdmin(ForSuperusers, AuthTokenAdmin):
    """Tokens are made by their owners; here they are revoked."""

    list_display = ["user", "token_key", "created", "expiry"]
    list_select_related = ["user"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
