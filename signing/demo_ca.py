"""A certification authority for demonstration and tests: root, issuing authority, time-stamping, revocation.

It is trusted by nobody outside this installation. Keys lie unencrypted in its directory (mode 0600); never point a
production system at it. Elliptic-curve keys (P-256) throughout, but RSA for time-stamping, which the token maker wants.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.timestamps import TimeStamper

COMMON_NAME_BYTES = 64
KEY_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
YEAR = timedelta(days=365)
_MARKS = re.compile("[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e]")
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Issued:
    """A key handed to its holder: a PKCS#12 file, what opens it, and the certificate in it."""

    pkcs12: bytes
    passphrase: str
    certificate: x509.Certificate


class DemoAuthority:
    """The authority kept in `directory`, made there on first use. `base_url` is written into certificates (CRL, OCSP)."""

    def __init__(self, directory: Path, *, base_url: str = "http://127.0.0.1:8998") -> None:
        self.directory = directory
        self.base_url = base_url
        if not (directory / "roots" / "root.pem").exists():
            self._create()

    # -- what others need of it

    @property
    def root_path(self) -> Path:
        """The root certificate (PEM), alone in its folder so that the folder can be a trust store."""
        return self.directory / "roots" / "root.pem"

    @cached_property
    def root(self) -> x509.Certificate:
        return x509.load_pem_x509_certificate(self.root_path.read_bytes())

    @cached_property
    def issuing(self) -> x509.Certificate:
        return self._certificate("issuing")

    @cached_property
    def tsa(self) -> x509.Certificate:
        return self._certificate("tsa")

    def timestamper(self, *, at: datetime | None = None) -> TimeStamper:
        """A time-stamp authority in this process; `at` fixes its clock."""
        key = asn1_keys.PrivateKeyInfo.load(
            self._key("tsa").private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        )
        store = SimpleCertificateStore.from_certs([_asn1(self.issuing)])
        return DummyTimeStamper(tsa_cert=_asn1(self.tsa), tsa_key=key, certs_to_embed=store, fixed_dt=at)

    # -- issuing

    def issue_person(
        self,
        full_name: str,
        *,
        agency: str = "",
        title: str = "",
        passphrase: str,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
    ) -> Issued:
        """A signing certificate for a person; the full name goes where it fits (given name and surname)."""
        given, _, surname = full_name.partition(" ")
        attributes = [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "TH"),
            *([x509.NameAttribute(NameOID.ORGANIZATION_NAME, agency)] if agency else []),
            *([x509.NameAttribute(NameOID.TITLE, title)] if title else []),
            x509.NameAttribute(NameOID.GIVEN_NAME, given),
            *([x509.NameAttribute(NameOID.SURNAME, surname)] if surname else []),
            x509.NameAttribute(NameOID.COMMON_NAME, fitting_common_name(full_name)),
        ]
        return self._issue_end_entity(x509.Name(attributes), full_name, passphrase, not_before, not_after)

    def issue_seal(self, agency: str, *, passphrase: str) -> Issued:
        """An electronic seal for an agency: the whole name is its organisation name."""
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "TH"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, agency),
                x509.NameAttribute(NameOID.COMMON_NAME, fitting_common_name(agency)),
            ]
        )
        return self._issue_end_entity(name, agency, passphrase, None, None)

    def revoke(self, certificate: x509.Certificate) -> None:
        """Put a certificate on the revocation list from now on."""
        revoked = self._revoked()
        revoked.setdefault(str(certificate.serial_number), datetime.now(UTC).isoformat())
        _write(self.directory / "revoked.json", json.dumps(revoked).encode(), secret=False)

    def revoked_at(self, serial: int) -> datetime | None:
        """When the certificate with this serial number was revoked, or None."""
        moment = self._revoked().get(str(serial))
        return datetime.fromisoformat(moment) if moment else None

    def crl(self) -> bytes:
        """The current revocation list of the issuing authority, DER, good for a day."""
        now = datetime.now(UTC)
        builder = x509.CertificateRevocationListBuilder().issuer_name(self.issuing.subject)
        builder = builder.last_update(now - timedelta(minutes=5)).next_update(now + timedelta(days=1))
        for serial, moment in self._revoked().items():
            entry = x509.RevokedCertificateBuilder().serial_number(int(serial))
            builder = builder.add_revoked_certificate(entry.revocation_date(datetime.fromisoformat(moment)).build())
        builder = builder.add_extension(x509.CRLNumber(int(now.timestamp())), critical=False)
        builder = builder.add_extension(_authority_identifier(self.issuing), critical=False)
        return builder.sign(self._key("issuing"), hashes.SHA256()).public_bytes(Encoding.DER)

    def signing_key(self) -> PrivateKey:
        """The issuing authority's key, for answering OCSP requests."""
        return self._key("issuing")

    # -- its own making

    def _create(self) -> None:
        """Make the authority beside its place and move it there whole: two processes may start at once."""
        self.directory.parent.mkdir(parents=True, exist_ok=True)
        workshop = Path(tempfile.mkdtemp(prefix="demo-ca-", dir=self.directory.parent))
        (workshop / "roots").mkdir()
        root_key = ec.generate_private_key(ec.SECP256R1())
        root = _authority_certificate("ผู้ให้บริการราก (สาธิต)", root_key, None, None, years=20)
        _write(workshop / "roots" / "root.pem", root.public_bytes(Encoding.PEM), secret=False)
        issuing_key = ec.generate_private_key(ec.SECP256R1())
        issuing = _authority_certificate("ผู้ออกใบรับรอง (สาธิต)", issuing_key, root, root_key, years=15)
        _store(workshop, "issuing", issuing, issuing_key)
        tsa_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        _store(workshop, "tsa", _tsa_certificate(tsa_key, issuing, issuing_key), tsa_key)
        try:
            workshop.rename(self.directory)
        except OSError:
            shutil.rmtree(workshop)
            if not self.root_path.exists():
                raise

    def _issue_end_entity(
        self,
        subject: x509.Name,
        friendly: str,
        passphrase: str,
        not_before: datetime | None,
        not_after: datetime | None,
    ) -> Issued:
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(subject, key, self.issuing, years=2, not_before=not_before, not_after=not_after)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_usage(digital_signature=True, content_commitment=True), critical=True)
        locations = [
            x509.AccessDescription(
                AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(f"{self.base_url}/ocsp")
            )
        ]
        builder = builder.add_extension(x509.AuthorityInformationAccess(locations), critical=False)
        crl = x509.DistributionPoint([x509.UniformResourceIdentifier(f"{self.base_url}/crl")], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([crl]), critical=False)
        signer = self._key("issuing")
        certificate = builder.sign(signer, hashes.SHA256())
        data = pkcs12.serialize_key_and_certificates(
            friendly.encode(), key, certificate, [self.issuing], BestAvailableEncryption(passphrase.encode())
        )
        return Issued(pkcs12=data, passphrase=passphrase, certificate=certificate)

    def _certificate(self, name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate((self.directory / f"{name}.pem").read_bytes())

    def _key(self, name: str) -> PrivateKey:
        key = load_pem_private_key((self.directory / f"{name}.key").read_bytes(), password=None)
        assert isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey)
        return key

    def _revoked(self) -> dict[str, str]:
        path = self.directory / "revoked.json"
        return dict(json.loads(path.read_text())) if path.exists() else {}


def fitting_common_name(text: str) -> str:
    """The start of `text` that fits a common name (64 bytes of UTF-8), never cut between a letter and its marks."""
    fitting = text
    while len(fitting.encode()) > COMMON_NAME_BYTES or _MARKS.match(text, len(fitting)):
        fitting = fitting[:-1]
    return fitting.rstrip()


def _authority_certificate(
    name: str,
    key: PrivateKey,
    issuer: x509.Certificate | None,
    issuer_key: PrivateKey | None,
    *,
    years: int,
) -> x509.Certificate:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "TH"),
            x509.NameAttribute(NameOID.COMMON_NAME, fitting_common_name(name)),
        ]
    )
    builder = _builder(subject, key, issuer, years=years)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=None if issuer is None else 0), critical=True
    )
    builder = builder.add_extension(_usage(digital_signature=True, key_cert_sign=True, crl_sign=True), critical=True)
    return builder.sign(issuer_key or key, hashes.SHA256())


def _tsa_certificate(key: rsa.RSAPrivateKey, issuer: x509.Certificate, issuer_key: PrivateKey) -> x509.Certificate:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, fitting_common_name("ผู้ประทับรับรองเวลา (สาธิต)"))])
    builder = _builder(subject, key, issuer, years=14)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(digital_signature=True), critical=True)
    builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return builder.sign(issuer_key, hashes.SHA256())


def _builder(
    subject: x509.Name,
    key: PrivateKey,
    issuer: x509.Certificate | None,
    *,
    years: int,
    not_before: datetime | None = None,
    not_after: datetime | None = None,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer.subject if issuer else subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(not_before or now - timedelta(hours=1)).not_valid_after(
        not_after or now + years * YEAR
    )
    builder = builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    return builder.add_extension(_authority_identifier(issuer), critical=False) if issuer else builder


def _authority_identifier(issuer: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    return x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier)


def _usage(**purposes: bool) -> x509.KeyUsage:
    return x509.KeyUsage(**{purpose: purposes.get(purpose, False) for purpose in KEY_USAGES})


def _store(folder: Path, name: str, certificate: x509.Certificate, key: PrivateKey) -> None:
    _write(folder / f"{name}.pem", certificate.public_bytes(Encoding.PEM), secret=False)
    _write(folder / f"{name}.key", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), secret=True)


def _write(path: Path, data: bytes, *, secret: bool) -> None:
    """Write `path` whole or not at all."""
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
    Path(name).chmod(0o600 if secret else 0o644)
    Path(name).replace(path)


def _asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
