# The image of the service: one for the web, the worker and the commands; settings come from the environment.

FROM python:3.11.14-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /opt/stimul
RUN python -m venv /opt/venv
COPY requirements-build.txt requirements.txt ./
RUN /opt/venv/bin/pip install --require-hashes -r requirements-build.txt -r requirements.txt
COPY LICENSE README.md pyproject.toml requirements.in ./
COPY service service
# In place, because the service finds rules/ and migrations/ beside its package.
RUN /opt/venv/bin/pip install --no-deps --no-build-isolation --editable .

FROM python:3.11.14-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --home-dir /var/lib/stimul --create-home stimul
COPY --from=build /opt/venv /opt/venv
COPY --from=build /opt/stimul /opt/stimul
COPY alembic.ini /opt/stimul/
COPY migrations /opt/stimul/migrations
COPY rules /opt/stimul/rules
USER stimul
WORKDIR /var/lib/stimul
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["stimul", "serve", "--host", "0.0.0.0", "--port", "8000", "--workers", "4"]
