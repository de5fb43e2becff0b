# syntax=docker/dockerfile:1
# `make image` builds this with docker, podman or buildah; `make image-test` tries what came out.
ARG PYTHON_IMAGE=docker.io/library/python:3.12-slim

FROM ${PYTHON_IMAGE} AS build
WORKDIR /app
# Index settings (shell lines) and certificates are there for this step only, if given at all.
RUN --mount=type=secret,id=index --mount=type=secret,id=certificates \
    set -e; [ ! -f /run/secrets/index ] || . /run/secrets/index; \
    [ ! -f /run/secrets/certificates ] || export PIP_CERT=/run/secrets/certificates; \
    python3 -m venv /opt/uv && /opt/uv/bin/pip install --quiet --no-cache-dir "uv>=0.9,<1"
COPY pyproject.toml uv.lock ./
RUN --mount=type=secret,id=index --mount=type=secret,id=certificates \
    set -e; [ ! -f /run/secrets/index ] || . /run/secrets/index; \
    [ ! -f /run/secrets/certificates ] || export SSL_CERT_FILE=/run/secrets/certificates; \
    UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never /opt/uv/bin/uv sync \
      --quiet --locked --no-dev --extra postgres --extra otel --no-cache --python python3
# Tests and headers of libraries are never read here.
RUN find .venv -type d -name tests -prune -exec rm -r {} + \
 && rm -rf .venv/lib/python3.*/site-packages/pyarrow/include
COPY LICENSE ./
COPY storage storage
COPY tools tools
COPY scheduler scheduler
COPY bot bot
RUN .venv/bin/python -m compileall -q bot tools storage scheduler

FROM ${PYTHON_IMAGE}
ARG VERSION=0.1.0
ARG REVISION=
ARG CREATED=
LABEL org.opencontainers.image.title="MLOps Assistant" \
      org.opencontainers.image.description="From a CSV to a watched production model, in chat" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
RUN groupadd --gid 1000 assistant \
 && useradd --uid 1000 --gid 1000 --no-create-home --home-dir /data assistant \
 && mkdir /data && chown assistant:assistant /data \
 && (python3 -m pip uninstall --quiet --yes pip 2>/dev/null || true)
COPY --from=build /app /app
ENV PATH=/app/.venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/data \
    MLOPS_HOME=/data \
    MLOPS_HTTP=0.0.0.0:8080 \
    MLOPS_SERVING=0.0.0.0:8081
WORKDIR /data
USER 1000:1000
VOLUME /data
EXPOSE 8080 8081 8501
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['MLOPS_HTTP'].rpartition(':')[2] + '/healthz', timeout=2)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["serve"]
