"""Links become datasets, over real TLS and from a real bucket, and hostile servers get nowhere."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import boto3
import pytest

from storage.catalog.records import Upload
from tests.servers.https import WebServer, gives, streams, web_server
from tests.servers.s3 import s3_server
from tests.tools.conftest import Lab
from tests.tools.test_datasets import CSV
from tools.context import ToolContext
from tools.errors import BadRequest, NotFound, Refused
from tools.fetching import fetch


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    with web_server(tmp_path_factory.mktemp("web")) as server:
        yield server


def allowing(lab: Lab, *sources: str, endpoint: str | None = None) -> ToolContext:
    site = replace(lab.context.site, sources=sources, s3_endpoint_url=endpoint)
    return replace(lab.context, site=site)


def anywhere(_: str) -> bool:
    """The servers of tests are on loopback."""
    return True


def get(lab: Lab, web: WebServer, path: str, *, limit_s: float = 20) -> Upload:
    context = allowing(lab, web.place)
    return fetch(web.link(path), context, public=anywhere, trust=web.trust, limit_s=limit_s)


def test_off_unless_allowed(lab: Lab, web: WebServer) -> None:
    """Without a list of places no link is read; with one, only those are, and nobody is asked."""
    web.asked.clear()
    with pytest.raises(Refused, match="off here"):
        lab.call("load_dataset", source=web.link("/a.csv"))
    other = allowing(lab, "data.example.org")
    with pytest.raises(Refused, match="not a place I may read from"):
        lab.call("load_dataset", source=web.link("/a.csv"), context=other)
    assert web.asked == []


def test_an_inner_address_is_refused_even_if_its_name_is_allowed(lab: Lab, web: WebServer) -> None:
    """A name on the list that leads into our own network is not followed."""
    web.asked.clear()
    with pytest.raises(Refused, match="not on the open internet"):
        lab.call("load_dataset", source=web.link("/a.csv"), context=allowing(lab, web.place))
    assert web.asked == []


def test_a_file_over_https_is_an_upload_with_lineage(lab: Lab, web: WebServer) -> None:
    """What was fetched is kept like an attachment: its bytes, its name, who asked, which thread."""
    web.answers["/out/Titanic%20Data.csv?v=2"] = gives(CSV)
    upload = get(lab, web, "/out/Titanic Data.csv?v=2")
    assert (upload.name, upload.size, upload.actor) == (
        "Titanic Data.csv",
        len(CSV),
        lab.context.actor,
    )
    assert web.asked[-1] == (web.place, "/out/Titanic%20Data.csv?v=2")
    lab.call("load_dataset")
    version = lab.context.dataset()
    assert (version.label, version.rows, version.upload_id) == ("titanic-data v1", 12, upload.id)
    original = lab.context.datasets.original(version)
    assert original is not None
    with original:
        assert original.read() == CSV


def test_a_chunked_answer_is_read_whole(lab: Lab, web: WebServer) -> None:
    """A length that is not told is no hindrance."""
    web.answers["/chunks.csv"] = streams(b"1,2\n" * 1000, count=50)
    assert get(lab, web, "/chunks.csv").size == 200_000


def test_redirects_are_followed_within_the_list(lab: Lab, web: WebServer) -> None:
    """Three redirects are followed; a fourth, and any that leaves the list, is refused."""
    for number in range(4):
        moved = f"/hop{number + 1}" if number < 3 else "/end.csv"
        web.answers[f"/hop{number}"] = gives(b"", 302, Location=moved)
    web.answers["/end.csv"] = gives(CSV)
    assert get(lab, web, "/hop1").blob == lab.context.blobs.put(CSV)
    with pytest.raises(Refused, match="on and on"):
        get(lab, web, "/hop0")
    for away in (web.link("/end.csv", host="127.0.0.1"), "https://169.254.169.254/latest/"):
        web.answers["/away"] = gives(b"", 307, Location=away)
        with pytest.raises(Refused, match="not a place"):
            get(lab, web, "/away")
    for plain in ("http://localhost/end.csv", "file:///etc/passwd"):
        web.answers["/away"] = gives(b"", 301, Location=plain)
        with pytest.raises(Refused, match="begin with https"):
            get(lab, web, "/away")


def test_every_address_is_checked_after_every_redirect(lab: Lab, web: WebServer) -> None:
    """A redirect to an allowed name that leads inside is refused although the first did not."""
    web.answers["/in"] = gives(b"", 302, Location=web.link("/end.csv", host="127.0.0.1"))
    context = allowing(lab, web.place, f"127.0.0.1:{web.port}")
    seen: list[str] = []

    def only_once(address: str) -> bool:
        seen.append(address)
        return len(web.asked) == before

    before = len(web.asked)
    with pytest.raises(Refused, match="not on the open internet"):
        fetch(web.link("/in"), context, public=only_once, trust=web.trust)
    assert seen[-1] == "127.0.0.1"
    assert len(web.asked) == before + 1


@pytest.mark.parametrize(
    ("status", "error", "words"),
    [
        (404, NotFound, "no such file"),
        (410, NotFound, "no such file"),
        (403, Refused, "does not let me"),
        (500, BadRequest, "status 500"),
        (206, BadRequest, "status 206"),
    ],
)
def test_answers_without_the_file(
    lab: Lab, web: WebServer, status: int, error: type[Exception], words: str
) -> None:
    """Each refusal of a server is told in our words, with what to do and without its own."""
    web.answers["/x.csv"] = gives(b"Traceback: secret", status)
    with pytest.raises(error, match=words) as told:
        get(lab, web, "/x.csv")
    assert told.value.hint  # type: ignore[attr-defined]
    assert "secret" not in str(told.value)


def test_an_answer_that_breaks_off_keeps_nothing(lab: Lab, web: WebServer) -> None:
    """Half a file is no file."""
    web.answers["/half.csv"] = gives(CSV, Content_Length=str(len(CSV) + 10))
    blobs = len(list(lab.context.blobs.list()))
    with pytest.raises(BadRequest, match="broke off"):
        get(lab, web, "/half.csv")
    with lab.context.catalog.read() as unit:
        assert unit.uploads.latest(lab.context.scope, lab.context.address.thread) is None
    assert len(list(lab.context.blobs.list())) == blobs


def test_too_large_is_refused_while_reading(lab: Lab, web: WebServer) -> None:
    """Packed files end at 25 MB, whether their length is told, hidden or a lie."""
    head = gzip.compress(b"a,b\n1,2\n")
    web.answers["/told.gz"] = gives(head, Content_Length="25000001")
    web.answers["/hidden.gz"] = streams(head.ljust(1 << 20, b"\0"), count=30)
    web.answers["/text.csv"] = gives(b"a,b\n", Content_Length="500000001")
    for path, limit in (("/told.gz", "25"), ("/hidden.gz", "25"), ("/text.csv", "500")):
        with pytest.raises(Refused, match=f"larger than {limit} MB"):
            get(lab, web, path)


def test_a_slow_answer_ends_at_the_limit(lab: Lab, web: WebServer) -> None:
    """A byte now and then does not keep us beyond the time that a link may take."""
    web.answers["/slow.csv"] = streams(b"1", count=40, pause_s=0.1)
    start = time.monotonic()
    with pytest.raises(BadRequest, match="in time"):
        get(lab, web, "/slow.csv", limit_s=0.6)
    assert time.monotonic() - start < 1.5


def test_a_certificate_that_nobody_signed_is_refused(lab: Lab, web: WebServer) -> None:
    """The system's own trust decides unless a test says otherwise."""
    with pytest.raises(Refused, match="certificate is not valid"):
        fetch(web.link("/a.csv"), allowing(lab, web.place), public=anywhere)


def test_nobody_there(lab: Lab) -> None:
    """A name without a host and a host without a server are told apart, without vendor words."""
    context = allowing(lab, "nowhere.invalid", "localhost:9")
    with pytest.raises(NotFound, match="no host"):
        fetch("https://nowhere.invalid/a.csv", context, public=anywhere)
    with pytest.raises(BadRequest, match="cannot be read from now"):
        fetch("https://localhost:9/a.csv", context, public=anywhere)


def test_an_object_of_an_allowed_bucket(
    lab: Lab, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`s3://` is read below the allowed prefix only, by our own credentials."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    with s3_server() as url:
        client = boto3.client("s3", endpoint_url=url, region_name="us-east-1")
        client.create_bucket(Bucket="team-data")
        for key in ("exports/fares.csv", "private/fares.csv"):
            client.put_object(Bucket="team-data", Key=key, Body=CSV)
        client.close()
        context = allowing(lab, "s3://team-data/exports", "s3://missing", endpoint=url)
        loaded = lab.call(
            "load_dataset", source="s3://team-data/exports/fares.csv", context=context
        )
        with pytest.raises(Refused, match="not a place"):
            fetch("s3://team-data/private/fares.csv", context)
        with pytest.raises(NotFound, match="no such file"):
            fetch("s3://team-data/exports/other.csv", context)
        with pytest.raises(BadRequest, match="does not let me"):
            fetch("s3://missing/a.csv", context)
    version = lab.context.dataset()
    assert loaded.dataset_id == version.id
    assert (version.label, version.rows, version.origin) == ("fares v1", 12, "read from fares.csv")
    assert version.upload_id is not None
