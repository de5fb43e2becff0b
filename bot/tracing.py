"""OpenTelemetry spans of messages, tool calls and jobs; loaded only where they are asked for."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.errors import SetupError
from tools.trail import trace_with


def start_tracing(endpoint: str, *, version: str) -> Callable[[], None]:
    """Send spans to an OTLP receiver over HTTP from now on; returns what ends it.

    All spans of one reference are one trace, whichever process they come from: the trace's id is
    made from it. Nothing that people wrote becomes an attribute.

    Args:
        endpoint: `http://host:4318`; `/v1/traces` is added.
        version: Of this program.

    Raises:
        SetupError: The extra `otel` is not installed.
    """
    try:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        raise SetupError(
            "OTEL_EXPORTER_OTLP_ENDPOINT is set, and OpenTelemetry is not installed: "
            "add the extra otel, or take the setting away."
        ) from error
    about = {"service.name": "mlops-assistant", "service.version": version}
    provider = TracerProvider(resource=Resource.create(about))
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("mlops-assistant", version)

    @contextmanager
    def opened(name: str, subject: str, attributes: dict[str, str]) -> Iterator[None]:
        parent = None
        if subject and not trace.get_current_span().get_span_context().is_valid:
            digest = hashlib.sha256(subject.encode()).digest()
            root = trace.SpanContext(
                trace_id=int.from_bytes(digest[:16], "big"),
                span_id=int.from_bytes(digest[16:24], "big"),
                is_remote=True,
                trace_flags=trace.TraceFlags(trace.TraceFlags.SAMPLED),
            )
            parent = trace.set_span_in_context(trace.NonRecordingSpan(root))
        told = {f"mlops.{key}": value for key, value in attributes.items()} | {"mlops.ref": subject}
        with tracer.start_as_current_span(name, context=parent, attributes=told):
            yield

    trace_with(opened)

    def end() -> None:
        trace_with(None)
        provider.shutdown()

    return end
