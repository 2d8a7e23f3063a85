"""A certificate authority that a test makes."""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Pair:
    """The files of a certificate with its key."""

    cert: Path
    key: Path


class Authority:
    """Signs certificates into `folder`; `ca` is its own, the file that those who trust it are given."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"test CA {folder.name}")])
        self.ca = folder / "ca.pem"
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        self.ca.write_bytes(self._sign(self._name, self._key, constraints, expired=False))

    def issue(self, name: str, *, address: str = "127.0.0.1", expired: bool = False) -> Pair:
        """Sign a pair for an IP address, in place of the one issued under this name before."""
        key = ec.generate_private_key(ec.SECP256R1())
        alternatives = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        pair = Pair(self._folder / f"{name}.pem", self._folder / f"{name}.key")
        pair.cert.write_bytes(self._sign(subject, key, alternatives, expired=expired))
        pair.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return pair

    def _sign(
        self, name: x509.Name, key: ec.EllipticCurvePrivateKey, extension: x509.ExtensionType, *, expired: bool
    ) -> bytes:
        end = dt.datetime.now(dt.UTC) + (-_HOUR if expired else _HOUR)
        builder = x509.CertificateBuilder(self._name, name, key.public_key(), x509.random_serial_number())
        builder = builder.not_valid_before(end - 2 * _HOUR).not_valid_after(end)
        builder = builder.add_extension(extension, critical=False)
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
