"""The bot's own address: is it alive, is it ready, and its metrics."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.metrics import Metrics
from storage.catalog.catalog import Catalog


def web_app(
    catalog: Catalog,
    metrics: Metrics,
    *,
    troubles: Callable[[], list[str]],
    routes: Sequence[BaseRoute] = (),
) -> Starlette:
    """`/healthz`, `/readyz`, `/metrics`, and what else is asked for.

    Args:
        catalog: Pinged by `/readyz`.
        metrics: Shown at `/metrics`.
        troubles: What keeps the process from doing all of its work, in sentences.
        routes: Downloads, and what platforms want to be asked.
    """

    async def healthz(_: Request) -> Response:
        return JSONResponse({"status": "alive"})

    async def readyz(_: Request) -> Response:
        reasons = troubles()
        try:
            await asyncio.to_thread(catalog.ping)
        except Exception:
            reasons = [*reasons, "the database does not answer"]
        status = "not ready" if reasons else "ready"
        return JSONResponse(
            {"status": status, "reasons": reasons}, status_code=503 if reasons else 200
        )

    async def show_metrics(_: Request) -> Response:
        page = await asyncio.to_thread(metrics.page, catalog)
        return Response(page, media_type=CONTENT_TYPE_LATEST)

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", show_metrics),
            *routes,
        ]
    )
