"""What of the second factors is a member's: that they have them; the secrets are shown to nobody twice."""

from mesh.privacy import ME, Delete, Personal
from svc_profile.store import tables as t

_SELF = {"user_id": "the member"}

FACTORS = [
    Personal(
        t.totp_secrets,
        t.totp_secrets.c.user_id == ME,
        Delete(),
        section="authenticator_app",
        shows="created_at confirmed_at",
        hides={**_SELF, "key_id sealed": "a secret", "last_step": "how codes are taken once"},
    ),
    Personal(
        t.recovery_codes,
        t.recovery_codes.c.user_id == ME,
        Delete(),
        section="recovery_codes",
        shows="created_at",
        hides={**_SELF, "code_hash": "a hash of a secret"},
    ),
    Personal(
        t.factor_recoveries,
        t.factor_recoveries.c.user_id == ME,
        Delete(),
        section="second_factor_recovery",
        shows="asked_at due_at",
        hides=_SELF,
    ),
    Personal(
        t.sign_in_steps,
        t.sign_in_steps.c.user_id == ME,
        Delete(),
        unseen="sign-ins that were not completed, for minutes",
    ),
    Personal(
        t.passkeys,
        t.passkeys.c.user_id == ME,
        Delete(),
        section="passkeys",
        shows="passkey_id name transports aaguid backup_eligible backed_up needs_password created_at last_used_at",
        hides={
            **_SELF,
            "credential_id public_key": "what the device and the site know each other by",
            "sign_count": "how copies are found out",
        },
    ),
    Personal(
        t.passkey_credentials,
        t.passkey_credentials.c.user_id == ME,
        Delete(),
        unseen="which passkeys are taken, whose members they are shown to",
    ),
    Personal(
        t.passkey_challenges,
        t.passkey_challenges.c.user_id == ME,
        Delete(),
        unseen="what was answered once, for minutes",
    ),
]
