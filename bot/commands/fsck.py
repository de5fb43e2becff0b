"""`fsck`: holds every row against its blob, and every blob against its rows."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime

from bot.settings import Settings
from storage.blobs import open_blobs
from storage.catalog.catalog import open_catalog
from storage.fsck import check


def run(settings: Settings, _: argparse.Namespace) -> int:
    """Print what is wrong; 0 when everything is in order."""
    catalog = open_catalog(settings.database)
    blobs = open_blobs(settings.blobs, endpoint_url=settings.s3_endpoint_url)
    try:
        findings = check(catalog, blobs, now=datetime.now(UTC))
    finally:
        catalog.close()
    for finding in findings:
        print(f"{finding.kind}: {finding.sentence}")
    print(f"{len(findings)} findings." if findings else "Everything is in order.")
    return 1 if findings else 0
