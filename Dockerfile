# The image of every production process: web server, workers, timetable, migrations.
# PostgreSQL and Redis are services of their own; the embedded ones stay out.

FROM python:3.11-slim-trixie AS build
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /portal
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy
COPY pyproject.toml uv.lock ./
RUN UV_PROJECT_ENVIRONMENT=/environment uv sync --locked --no-default-groups
# npm and Babel are needed here and not later.
RUN UV_PROJECT_ENVIRONMENT=/build uv sync --locked --no-default-groups --group build
COPY . .
RUN /build/bin/python -m portal.assets \
    && /build/bin/python -m portal.operations.static_files \
    && rm -rf node_modules
# Nothing is signed here; the key that counts comes when the image runs.
RUN PORTAL_SECRET_KEY=build PORTAL_HOSTS=build PORTAL_VAR=/tmp PORTAL_STATIC=/portal/collected \
    DJANGO_SETTINGS_MODULE=portal.settings.production \
    /environment/bin/python manage.py collectstatic --noinput --ignore redoc --verbosity 0

FROM python:3.11-slim-trixie
# pg_dump and pg_restore for backups, of the same major version as the postgres service.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client-17 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin portal \
    && install --directory --owner portal --mode 0750 /data
COPY --from=build /environment /environment
COPY --from=build /portal /portal
WORKDIR /portal
ENV PATH=/environment/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portal.settings.production \
    PORTAL_VAR=/data \
    PORTAL_STATIC=/portal/collected
USER portal
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "4", "--preload", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--access-logfile", "-"]
