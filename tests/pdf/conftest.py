"""One demonstration authority for all tests of signing, with keys opened once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from pyhanko.sign.timestamps.api import TimeStamper

from signing.demo_ca import DemoAuthority
from signing.keys import SigningKey, load_pkcs12

PASSPHRASE = "รหัสลับ-1234"


@dataclass(frozen=True)
class Signers:
    """The authority, two persons, an agency's seal, and a clock."""

    authority: DemoAuthority
    governor: SigningKey
    deputy: SigningKey
    seal: SigningKey
    timestamper: TimeStamper


@pytest.fixture(scope="session")
def signers(tmp_path_factory: pytest.TempPathFactory) -> Signers:
    authority = DemoAuthority(Path(tmp_path_factory.mktemp("authority")) / "demo-ca")
    governor = authority.issue_person("นายสมชาย ใจดี", agency="จังหวัดปทุมธานี", passphrase=PASSPHRASE)
    deputy = authority.issue_person("นางสาวปัทมา น้ำทิพย์", agency="จังหวัดปทุมธานี", passphrase=PASSPHRASE)
    seal = authority.issue_seal("จังหวัดปทุมธานี", passphrase=PASSPHRASE)
    return Signers(
        authority,
        load_pkcs12(governor.pkcs12, PASSPHRASE),
        load_pkcs12(deputy.pkcs12, PASSPHRASE),
        load_pkcs12(seal.pkcs12, PASSPHRASE),
        authority.timestamper(),
    )
