"""The demonstration authority: long Thai names, a folder that survives, and its services over HTTP."""

from __future__ import annotations

import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import NameOID, ocsp

from saraban.sheets import typeset_letter
from signing.demo_ca import DemoAuthority, fitting_common_name
from signing.demo_server import application
from signing.fields import plan_fields, prepare
from signing.keys import holder_name, load_pkcs12
from signing.pades import sign
from signing.timestamps import http_timestamper
from signing.validation import validate
from tests.pdf.conftest import Signers
from tests.pdf.papers import memo

LONG = "หม่อมราชวงศ์พิสุทธิ์ศักดิ์เกียรติคุณากร ณ พระนครศรีอยุธยาบุรีรมย์อุดมราชนิเวศน์มหาสถาน"


class Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def service(signers: Signers) -> Iterator[str]:
    """The address of the authority's services in this process."""
    with make_server("127.0.0.1", 0, application(signers.authority), handler_class=Silent) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_long_thai_name_is_whole_in_the_certificate_and_in_the_report(signers: Signers) -> None:
    issued = signers.authority.issue_person(LONG, passphrase="x", title="ผู้ตรวจราชการกระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม")
    common = issued.certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value
    assert isinstance(common, str) and LONG.startswith(common) and len(common.encode()) <= 64
    assert holder_name(issued.certificate) == LONG
    typeset = typeset_letter(memo())
    pdf = prepare(typeset.pdf, plan_fields(typeset.places, signers=("signer-1",), registry=()))
    signed = sign(pdf, field="signer-1", key=load_pkcs12(issued.pkcs12, "x"), certify=True)
    assert validate(signed, [signers.authority.root]).signatures[0].signer == LONG


def test_an_agencys_whole_name_is_in_its_seal(signers: Signers) -> None:
    name = "สำนักงานปลัดกระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม กระทรวงดิจิทัลเพื่อเศรษฐกิจและสังคม"
    assert holder_name(signers.authority.issue_seal(name, passphrase="x").certificate) == name


@pytest.mark.parametrize("text", [LONG, "น้ำ" * 30, "ก" * 21 + "ี่" * 3, "short"])
def test_common_names_are_cut_between_letters(text: str) -> None:
    common = fitting_common_name(text)
    assert text.startswith(common) and len(common.encode()) <= 64
    rest = text[len(common) :]
    assert not rest or rest[0] not in "ัิีึืฺุู็่้๊๋์ํ๎"


def test_the_authority_stays_the_same_when_opened_again(signers: Signers, tmp_path: Path) -> None:
    again = DemoAuthority(signers.authority.directory)
    assert again.root == signers.authority.root
    assert (again.directory / "issuing.key").stat().st_mode & 0o077 == 0
    assert [path.name for path in (again.directory / "roots").iterdir()] == ["root.pem"]


def test_two_processes_may_make_it_at_once(tmp_path: Path) -> None:
    made: list[DemoAuthority] = []
    threads = [threading.Thread(target=lambda: made.append(DemoAuthority(tmp_path / "demo-ca"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({authority.root.fingerprint(hashes.SHA256()) for authority in made}) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["demo-ca"]
    made[0].issue_person("นาย ก", passphrase="x")


def test_time_stamps_over_http(signers: Signers, service: str) -> None:
    typeset = typeset_letter(memo())
    pdf = prepare(typeset.pdf, plan_fields(typeset.places, signers=("signer-1",), registry=()))
    stamper = http_timestamper(f"{service}/tsa", 5)
    report = validate(
        sign(pdf, field="signer-1", key=signers.governor, certify=True, timestamper=stamper), [signers.authority.root]
    )
    assert report.ok and report.signatures[0].timestamped_at


def test_status_and_revocation_list_over_http(signers: Signers, service: str) -> None:
    authority = signers.authority
    issued = authority.issue_person("นาย ก", passphrase="x").certificate
    builder = ocsp.OCSPRequestBuilder().add_certificate(issued, authority.issuing, hashes.SHA256())
    question = builder.build().public_bytes(Encoding.DER)

    def status() -> ocsp.OCSPCertStatus:
        with urllib.request.urlopen(f"{service}/ocsp", question) as answer:
            return ocsp.load_der_ocsp_response(answer.read()).certificate_status

    assert status() == ocsp.OCSPCertStatus.GOOD
    authority.revoke(issued)
    assert status() == ocsp.OCSPCertStatus.REVOKED
    with urllib.request.urlopen(f"{service}/crl") as answer:
        revoked = x509.load_der_x509_crl(answer.read())
    assert revoked.get_revoked_certificate_by_serial_number(issued.serial_number) is not None
    assert revoked.is_signature_valid(authority.issuing.public_key())  # type: ignore[arg-type]


@pytest.mark.parametrize(("path", "body"), [("/tsa", b"junk"), ("/ocsp", b"junk"), ("/tsa", b""), ("/nothing", None)])
def test_junk_is_answered_with_an_error(service: str, path: str, body: bytes | None) -> None:
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(f"{service}{path}", body)
