"""Which links are read: forms, the allow-list, and the addresses a name may lead to."""

from __future__ import annotations

import pytest

from bot.settings import Settings
from tools.errors import Refused
from tools.https import is_public
from tools.links import BucketLink, WebLink, check_allowed, check_source, file_name, parse_link

SOURCES = ("data.example.org", "files.example.org:8443", "s3://team-data/exports", "s3://open")


@pytest.mark.parametrize(
    "text",
    [
        "https://data.example.org/a.csv",
        "https://DATA.example.org.:443/a.csv?year=2026",
        "https://files.example.org:8443/a",
        "s3://team-data/exports/2026/a.csv",
        "s3://open/a.csv",
    ],
)
def test_links_to_allowed_places(text: str) -> None:
    """A host, a host with its port, and what lies below a prefix of a bucket are allowed."""
    check_allowed(parse_link(text), SOURCES)


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/a.csv",
        "https://evil.data.example.org/a.csv",
        "https://data.example.org.evil.net/a.csv",
        "https://data.example.org:8443/a.csv",
        "https://files.example.org/a",
        "https://127.0.0.1/a.csv",
        "s3://team-data/other/a.csv",
        "s3://team-data/exports-of-others/a.csv",
        "s3://team-data2/exports/a.csv",
    ],
)
def test_links_to_other_places(text: str) -> None:
    """Nothing that is merely like an allowed place is allowed; the answer says what is."""
    with pytest.raises(Refused, match="not a place") as told:
        check_allowed(parse_link(text), SOURCES)
    assert "data.example.org" in told.value.hint


@pytest.mark.parametrize(
    "text",
    [
        "http://data.example.org/a.csv",
        "ftp://data.example.org/a.csv",
        "file:///etc/passwd",
        "https://user:word@data.example.org/a.csv",
        "https://data.example.org@evil.net/a.csv",
        "https://",
        "https:///a.csv",
        "https://data.example.org:99999999/a.csv",
        "https://[::1/a.csv",
        "https://data.example.org\\@evil.net/a.csv",
        f"https://{'a' * 70}.org/a.csv",
        "s3://team-data",
        "s3://team-data/exports/",
    ],
)
def test_what_is_no_link_to_a_file(text: str) -> None:
    """Other schemes, links with passwords, and malformed ones are refused with what to do."""
    with pytest.raises(Refused) as told:
        check_allowed(parse_link(text), SOURCES)
    assert told.value.hint


def test_links_are_taken_apart() -> None:
    """What is asked for is escaped once; the name of the file is the last part of the path."""
    link = parse_link("https://Data.Example.org/a b/%C3%A9 1.csv?q=x y#part")
    assert link == WebLink("data.example.org", 443, "/a%20b/%C3%A9%201.csv?q=x%20y")
    assert file_name(link) == "é 1.csv"
    assert file_name(parse_link("https://data.example.org")) == "data.example.org"
    assert parse_link("s3://b/x/a?b.csv") == BucketLink("b", "x/a?b.csv")
    assert file_name(BucketLink("b", "x/a.csv")) == "a.csv"


def test_the_setting_is_a_list_with_commas() -> None:
    """MLOPS_SOURCES is empty unless set; an entry that is no place is told at the start."""
    assert Settings(_env_file=None).sources == ()
    given = "Data.Example.org:443, s3://team-data/exports/,"
    assert Settings(_env_file=None, sources=given).sources == (
        "data.example.org",
        "s3://team-data/exports",
    )
    for wrong in ("https://data.example.org", "data example", "*", "s3://", "a/b"):
        with pytest.raises(ValueError, match="write data"):
            check_source(wrong)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",
        "169.254.169.254",
        "168.63.129.16",
        "0.0.0.0",
        "224.0.0.1",
        "239.1.1.1",
        "255.255.255.255",
        "240.0.0.1",
        "192.0.0.192",
        "::",
        "::1",
        "::127.0.0.1",
        "::ffff:8.8.8.8",
        "fe80::1%eth0",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "2001:db8::1",
    ],
)
def test_inner_addresses(address: str) -> None:
    """Private, loopback, link-local, metadata, multicast and disguised addresses are denied."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:4700::6810:84e5"])
def test_outer_addresses(address: str) -> None:
    """Addresses of the open internet are not denied."""
    assert is_public(address)
