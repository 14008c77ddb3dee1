"""Keys that sign: a private key with its certificates, opened from PKCS#12 for the time of one signature."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from asn1crypto import keys as asn1_keys
from asn1crypto import pkcs12 as asn1_pkcs12
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from cryptography.x509.oid import NameOID
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from signing.errors import BadKeyFile, CertificateExpired, CertificateNotYetValid, WeakKey, WrongPassphrase

MIN_RSA_BITS, MIN_CURVE_BITS = 2048, 256
_OLD_HASHES = (hashes.MD5, hashes.SHA1)


@dataclass(frozen=True)
class SigningKey:
    """An opened key. Keep it no longer than the signing takes; it never shows its secret in logs."""

    certificate: x509.Certificate
    signer: SimpleSigner = field(repr=False)

    @property
    def holder(self) -> str:
        """The holder's full name, as `holder_name`."""
        return holder_name(self.certificate)

    @property
    def expires(self) -> datetime:
        """When the certificate ends (aware, UTC)."""
        return self.certificate.not_valid_after_utc


def load_pkcs12(data: bytes, passphrase: str, *, at: datetime | None = None) -> SigningKey:
    """Open a PKCS#12 file. `at` is the moment of signing (default now).

    Raises `BadKeyFile`, `WrongPassphrase`, `CertificateExpired`, `CertificateNotYetValid` or `WeakKey`.
    """
    try:
        asn1_pkcs12.Pfx.load(data, strict=True).native  # noqa: B018  reading it proves the outer shape
    except (ValueError, TypeError) as error:
        raise BadKeyFile from error
    try:
        private_key, certificate, others = pkcs12.load_key_and_certificates(data, passphrase.encode())
    except ValueError as error:
        raise WrongPassphrase from error
    if certificate is None or not isinstance(private_key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise BadKeyFile
    check_usable(certificate, at=at)
    store = SimpleCertificateStore.from_certs([_as_asn1(other) for other in others])
    secret = private_key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    signer = SimpleSigner(
        signing_cert=_as_asn1(certificate),
        signing_key=asn1_keys.PrivateKeyInfo.load(secret),
        cert_registry=store,
        embed_roots=False,
    )
    return SigningKey(certificate=certificate, signer=signer)


def check_usable(certificate: x509.Certificate, *, at: datetime | None = None) -> None:
    """Raise `CertificateExpired`, `CertificateNotYetValid` or `WeakKey` unless it may sign at `at` (default now)."""
    moment = at or datetime.now(UTC)
    if moment > certificate.not_valid_after_utc:
        raise CertificateExpired
    if moment < certificate.not_valid_before_utc:
        raise CertificateNotYetValid
    key = certificate.public_key()
    weak_rsa = isinstance(key, rsa.RSAPublicKey) and key.key_size < MIN_RSA_BITS
    weak_curve = isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size < MIN_CURVE_BITS
    if weak_rsa or weak_curve or isinstance(certificate.signature_hash_algorithm, _OLD_HASHES):
        raise WeakKey


def holder_name(certificate: x509.Certificate) -> str:
    """The full name in a certificate: given name and surname, else the organisation's seal name, else the common name.

    A common name holds 64 bytes, some 21 Thai letters, so the full one is looked for where it had room.
    """
    subject = certificate.subject
    parts = [_attribute(subject, NameOID.GIVEN_NAME), _attribute(subject, NameOID.SURNAME)]
    full = " ".join(part for part in parts if part)
    common = _attribute(subject, NameOID.COMMON_NAME)
    organisation = _attribute(subject, NameOID.ORGANIZATION_NAME)
    if not full and organisation.startswith(common):
        return organisation
    return full or common or organisation


def issuer_name(certificate: x509.Certificate) -> str:
    """The common name of who issued a certificate, empty when it has none."""
    return _attribute(certificate.issuer, NameOID.COMMON_NAME)


def _attribute(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if found else ""


def _as_asn1(certificate: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
