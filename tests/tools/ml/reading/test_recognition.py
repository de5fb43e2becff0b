"""What is no table is recognised by its content and named, whatever its name says."""

from __future__ import annotations

import io
import pickle
import sqlite3
import tarfile

import numpy as np
import pytest

from tests.tools.ml.reading.read import columns, read, refusal

LOGIN = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><form>password</form></html>"
S3 = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"""
EMAIL = b"From: ann@example.org\nTo: bob@example.org\nSubject: data\nDate: Mon, 1 Jan 2024\n\nHello"
LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504 + stream.encode("utf-16-le") * 2


def tar() -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("t.csv"), io.BytesIO())
    return target.getvalue()


def npy() -> bytes:
    target = io.BytesIO()
    np.save(target, np.arange(4))
    return target.getvalue()


FOREIGN = [
    (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
    (b"\x89PNG\r\n\x1a\n\x00", "a PNG picture"),
    (b"\xff\xd8\xff\xe0\x00\x10JFIF", "a JPEG picture"),
    (b"GIF89a\x01\x00\x01\x00", "a GIF picture"),
    (b"BM\x8a\x00\x00\x00\x00\x00", "a BMP picture"),
    (b"RIFF\x24\x00\x00\x00WEBP", "a media file"),
    (b"\x00\x00\x00\x18ftypmp42\x00", "a video or picture"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "an SVG picture"),
    (LOGIN, "a web page (HTML), a login page"),
    (b"\n\n<html><body><table><tr><td>1</td></tr></table>", "a web page (HTML)"),
    (LOGIN.decode().encode("utf-16"), "a web page (HTML), a login page"),
    (b"<?xml version='1.0'?><a><b/></a>", "an XML file"),
    (S3, "a storage service's error message (“AccessDenied”)"),
    (b"SQLite format 3\x00\x10\x00", "an SQLite database"),
    (pickle.dumps({"a": [1, 2]}), "a Python pickle"),
    (tar(), "a TAR archive"),
    (b"Rar!\x1a\x07\x01\x00", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c\x00\x04", "a 7-Zip archive"),
    (b"Obj\x01\x04\x16avro.schema", "an Avro file"),
    (b"ORC\x0a\x0b\x0a\x03\x00\x00", "an ORC file"),
    (b"\x89HDF\r\n\x1a\n\x00", "an HDF5 file"),
    (npy(), "a NumPy array"),
    (b"FEA1\x00\x00\x00\x00", "a Feather file of the first version"),
    (b"\x7fELF\x02\x01\x01", "a program"),
    (ole("WordDocument"), "a Word document"),
    (ole("PowerPoint Document"), "a PowerPoint presentation"),
    (ole("__substg1.0_"), "an Outlook message"),
    (ole("EncryptedPackage"), "protected with a password"),
    (b"{\\rtf1\\ansi Hello}", "an RTF document"),
    (EMAIL, "an e-mail"),
    (LFS, "a Git LFS pointer"),
    (b"#!/bin/sh\necho hi\n", "a script"),
    (b"import pandas as pd\n\ndf = pd.read_csv('x')\n", "source code"),
    (b"CREATE TABLE people (id int);\n", "source code"),
    (b"[{'a': 1}, {'a': 2}]", "Python dictionaries"),
    (b"-----BEGIN RSA PRIVATE KEY-----\nMIIE\n", "a key or certificate"),
    (b"<stata_dta><header></header>", "a Stata file"),
    (b"$FL2@(#) SPSS DATA FILE", "an SPSS file"),
]


@pytest.mark.parametrize(("data", "what"), FOREIGN, ids=[what for _, what in FOREIGN])
def test_other_kinds_are_named(data, what):
    """A file of another kind is refused under its real name, with what to do next."""
    found = refusal(data)
    assert what in found.message
    assert len(found.hint) > 10


def test_a_real_database_is_named(tmp_path):
    """A database as its own library writes it is recognised."""
    path = tmp_path / "d.csv"
    with sqlite3.connect(path) as database:
        database.execute("create table t (a)")
    database.close()
    assert "an SQLite database" in refusal(path.read_bytes()).message


@pytest.mark.parametrize(
    "text",
    [
        "BMI,age\n20,30\n22,31\n",
        "ORC,elf\n1,2\n3,4\n",
        "ID3,b\n1,2\n3,4\n",
        "RIFF;x\n1;2\n3;4\n",
        "From,To,Subject\na,b,c\nd,e,f\n",
        "import,export\n1,2\n3,4\n",
        "<5,n\n>5,7\n<5,8\n",
        "%PD,b\n1,2\n3,4\n",
        "package,price\nA,1\nB,2\n",
        "Date: 1,x\n2,3\n4,5\n",
    ],
)
def test_tables_that_begin_alike_are_read(text):
    """Text that only begins like another kind of file is still a table."""
    assert len(columns(read(text))) == 2 + text.startswith("From")
