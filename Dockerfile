# One image for every role; the command says which (k8s/base).
FROM python:3.11-slim-bookworm AS build
RUN pip install --no-cache-dir uv
WORKDIR /app
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
COPY pyproject.toml uv.lock README.md ./
RUN uv sync --frozen --no-default-groups --no-install-project
COPY mesh mesh
COPY gen/python gen/python
COPY svc_profile svc_profile
COPY svc_feed svc_feed
COPY svc_messaging svc_messaging
COPY svc_jobs svc_jobs
COPY edge edge
COPY guildctl guildctl
COPY bench bench
RUN uv sync --frozen --no-default-groups

FROM python:3.11-slim-bookworm
WORKDIR /app
COPY --from=build /app /app
COPY gen/descriptors.binpb gen/descriptors.binpb
COPY gen/openapi gen/openapi
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1
USER 65532:65532
CMD ["guild", "--help"]
