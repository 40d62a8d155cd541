"""A passkey in software, for tests without a browser."""

from hashlib import sha256
from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

from gemba.kernel.people.models import Person

Flag = AuthenticatorData.FLAG
PRESENT, VERIFIED = Flag.UP, Flag.UP | Flag.UV


class SoftKey:
    """One credential. `answer` signs a challenge as an authenticator would, or wrongly where told so."""

    def __init__(self, name: str, host: str = "localhost") -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.identity = sha256(name.encode()).digest()
        self.host_hash = sha256(host.encode()).digest()

    def enrol(self, who: Person) -> Authenticator:
        """Store it as the library does after a registration."""
        public: Any = ES256.from_cryptography_key(self.private.public_key())  # type: ignore[no-untyped-call]
        data = AuthenticatorData.create(
            self.host_hash, VERIFIED | Flag.AT, 0, AttestedCredentialData.create(bytes(16), self.identity, public)
        )
        client = CollectedClientData.create("webauthn.create", b"registration", "http://localhost")
        credential = {
            "id": websafe_encode(self.identity), "rawId": websafe_encode(self.identity), "type": "public-key",
            "response": {
                "clientDataJSON": websafe_encode(client),
                "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
            },
            "clientExtensionResults": {"credProps": {"rk": True}},
        }  # fmt: skip
        made: Authenticator = Authenticator.objects.create(
            user=who.account, type=Authenticator.Type.WEBAUTHN, data={"name": "Soft key", "credential": credential}
        )
        return made

    def answer(self, challenge: bytes, origin: str = "http://localhost:8000", flags: Flag = VERIFIED) -> dict[str, Any]:
        client = CollectedClientData.create("webauthn.get", challenge, origin)
        data = AuthenticatorData.create(self.host_hash, flags, 1)
        signature = self.private.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))
        return {
            "id": websafe_encode(self.identity), "rawId": websafe_encode(self.identity), "type": "public-key",
            "response": {
                "clientDataJSON": websafe_encode(client), "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
            },
            "clientExtensionResults": {},
        }  # fmt: skip
