# syntax=docker/dockerfile:1
ARG PYTHON_IMAGE=docker.io/library/python:3.12-slim

FROM ${PYTHON_IMAGE} AS build
RUN python3 -m venv /opt/uv && /opt/uv/bin/pip install --no-cache-dir uv
WORKDIR /app
COPY pyproject.toml uv.lock ./
RUN UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never \
    /opt/uv/bin/uv sync --locked --no-dev --extra postgres --no-cache --python python3
COPY bot bot
COPY tools tools
COPY storage storage
COPY scheduler scheduler
RUN .venv/bin/python -m compileall -q bot tools storage scheduler

FROM ${PYTHON_IMAGE}
LABEL org.opencontainers.image.title="MLOps Assistant" \
      org.opencontainers.image.description="From a CSV to a watched production model, in chat" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 1000 assistant \
 && useradd --uid 1000 --gid 1000 --no-create-home --home-dir /data assistant \
 && mkdir /data && chown assistant:assistant /data
COPY --from=build --chown=root:root /app /app
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONPATH=/app \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MLOPS_HOME=/data \
    MLOPS_HTTP=0.0.0.0:8080 \
    MLOPS_SERVING=0.0.0.0:8081
WORKDIR /data
USER assistant
VOLUME /data
EXPOSE 8080 8081
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/healthz', timeout=2)"]
ENTRYPOINT ["python", "-m", "bot"]
CMD ["serve"]
