"""The demo authority over HTTP, as a WSGI application: time-stamps, revocation list and certificate status.

POST /tsa   RFC 3161      GET /crl   DER      POST /ocsp   RFC 6960
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import tsp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper

from signing.demo_ca import DemoAuthority

MAX_REQUEST = 64 * 1024
StartResponse = Callable[[str, list[tuple[str, str]]], Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]


def application(authority: DemoAuthority) -> Application:
    """A WSGI application answering for `authority`."""
    stamper = authority.timestamper()
    assert isinstance(stamper, DummyTimeStamper)

    def answer(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        route = (environ["REQUEST_METHOD"], environ.get("PATH_INFO", ""))
        try:
            if route == ("POST", "/tsa"):
                reply = stamper.request_tsa_response(tsp.TimeStampReq.load(_body(environ))).dump()
                return _reply(start_response, "application/timestamp-reply", reply)
            if route == ("POST", "/ocsp"):
                return _reply(start_response, "application/ocsp-response", _status(authority, _body(environ)))
            if route == ("GET", "/crl"):
                return _reply(start_response, "application/pkix-crl", authority.crl())
        except (ValueError, TypeError, KeyError):
            start_response("400 Bad Request", [("Content-Length", "0")])
            return [b""]
        start_response("404 Not Found", [("Content-Length", "0")])
        return [b""]

    return answer


def _body(environ: dict[str, Any]) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if not 0 < length <= MAX_REQUEST:
        raise ValueError("request body of no acceptable length")
    return bytes(environ["wsgi.input"].read(length))


def _reply(start_response: StartResponse, kind: str, body: bytes) -> list[bytes]:
    start_response("200 OK", [("Content-Type", kind), ("Content-Length", str(len(body)))])
    return [body]


def _status(authority: DemoAuthority, request: bytes) -> bytes:
    """The signed status of the certificate asked about, which must be of this authority's issuing."""
    asked = ocsp.load_der_ocsp_request(request)
    revoked = authority.revoked_at(asked.serial_number)
    now = datetime.now(UTC)
    builder = ocsp.OCSPResponseBuilder().add_response_by_hash(
        issuer_name_hash=asked.issuer_name_hash,
        issuer_key_hash=asked.issuer_key_hash,
        serial_number=asked.serial_number,
        algorithm=asked.hash_algorithm,
        cert_status=ocsp.OCSPCertStatus.REVOKED if revoked else ocsp.OCSPCertStatus.GOOD,
        this_update=now,
        next_update=now + timedelta(hours=1),
        revocation_time=revoked,
        revocation_reason=x509.ReasonFlags.unspecified if revoked else None,
    )
    builder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, authority.issuing)
    return builder.sign(authority.signing_key(), hashes.SHA256()).public_bytes(Encoding.DER)
