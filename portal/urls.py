"""The site map. Every page of a study lies below ``/studies/<study_code>/``."""

from allauth.account import views as sign_in
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import TemplateView

from cases.views.studies import home
from portal.accounts import account, revoke_token
from portal.health import healthz, readyz
from portal.jobs import cancel_job, my_jobs
from portal.status import status

# One door: the administration has no sign-in of its own, so limits on attempts hold for it too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# The part of allauth that needs no e-mail. The names are allauth's own.
accounts = [
    path("login/", sign_in.login, name="account_login"),
    path("logout/", sign_in.logout, name="account_logout"),
    path("inactive/", sign_in.account_inactive, name="account_inactive"),
    path("signup/", sign_in.signup, name="account_signup"),
    path("reauthenticate/", sign_in.reauthenticate, name="account_reauthenticate"),
    path("password/change/", sign_in.password_change, name="account_change_password"),
    path("password/set/", sign_in.password_set, name="account_set_password"),
    path(
        "password/reset/",
        TemplateView.as_view(template_name="account/password_reset.html"),
        name="account_reset_password",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        sign_in.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/done/",
        sign_in.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
]

urlpatterns = [
    path("", home, name="home"),
    path("", include("cases.urls")),
    path("", include("expression.urls")),
    path("", include("analytics.urls")),
    path("api/v1/", include("portal.api")),
    path("account/", account, name="account"),
    path("account/tokens/<slug:digest>/revoke/", revoke_token, name="account-token-revoke"),
    path("account/jobs/", my_jobs, name="my-jobs"),
    path("account/jobs/<slug:kind>/<int:pk>/cancel/", cancel_job, name="my-job-cancel"),
    path("accounts/", include(accounts)),
    path("status/", status, name="status"),
    path("admin/", admin.site.urls),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("language/", include("django.conf.urls.i18n")),
]
