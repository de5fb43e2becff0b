"""The command line of the reader: plain CSV out, a report in JSON, refusals with their reason."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys

import pytest

from tools.ml.reading.__main__ import main


def run(folder, data, *, report=True):
    """Exit code, the written CSV and the report."""
    source, target, told = folder / "in.csv", folder / "out.csv", folder / "report.json"
    source.write_bytes(data)
    arguments = [str(source), str(target), *(["--report", str(told)] if report else [])]
    code = main(arguments)
    return code, target.read_bytes(), json.loads(told.read_text()) if told.exists() else None


def test_any_dialect_comes_out_as_plain_csv(tmp_path):
    """The text table is written as RFC 4180 in UTF-8, cells exactly as found."""
    code, out, report = run(
        tmp_path, 'Größe;für;c\n007;"x;""y""";1,50\n8; z ;2,50\n'.encode("cp1252")
    )
    assert code == 0
    assert out.decode() == 'Größe,für,c\r\n007,"x;""y""","1,50"\r\n8, z ,"2,50"\r\n'
    assert report["encoding"] == "cp1252"
    assert report["dialect"] == {"delimiter": ";", "quote": '"', "escape": "", "newline": "LF"}
    assert (report["header"], report["rows"], report["columns"]) == (True, 2, 3)
    assert (report["touched"], report["warnings"]) == (0, [])


def test_rows_without_header_come_out_alone(tmp_path):
    """Names that were made are not written."""
    code, out, report = run(tmp_path, b"1,A,2.5\n2,B,3.5\n3,C,4.5\n")
    assert (code, out) == (0, b"1,A,2.5\r\n2,B,3.5\r\n3,C,4.5\r\n")
    assert report["header"] is False


def test_a_header_alone_is_a_table_of_no_rows(tmp_path):
    """A header without rows is written, with a warning."""
    code, out, report = run(tmp_path, b"id,name\n")
    assert (code, out) == (0, b"id,name\r\n")
    assert (report["header"], report["rows"], report["columns"]) == (True, 0, 2)
    assert report["warnings"] == ["The file holds a header but no rows."]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 ...", b"<html><body>Log in</body></html>"])
def test_a_refusal_ends_with_its_reason(tmp_path, capsys, data):
    """Refused files end with code 3 and the reason as the last line; no old table is left."""
    (tmp_path / "out.csv").write_text("old")
    code, out, report = run(tmp_path, data)
    assert (code, out, report) == (3, b"", None)
    assert "“in.csv” is " in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    "data",
    [
        b'[{"a": 1, "b": "x"}, {"a": null, "b": "y, z"}]',
        gzip.compress(b'a|b\n1|x\n|"y, z"\n'),
    ],
    ids=["json", "gz"],
)
def test_other_containers_come_out_too(tmp_path, data):
    """What is no plain text is written as text as well."""
    assert run(tmp_path, data)[:2] == (0, b'a,b\r\n1,x\r\n,"y, z"\r\n')


def test_text_is_read_without_pandas(tmp_path):
    """Neither pandas nor pydantic is loaded for text, so that the command starts at once."""
    (tmp_path / "in.csv").write_text("a,b\n1,x\n2\n1,x\n")
    code = (
        "import sys; from tools.ml.reading.__main__ import main; "
        f"main([{str(tmp_path / 'in.csv')!r}, {str(tmp_path / 'out.csv')!r}]); "
        "print(*{'pandas', 'pydantic', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
    assert (tmp_path / "out.csv").read_text() == "a,b\n1,x\n2,\n1,x\n"
