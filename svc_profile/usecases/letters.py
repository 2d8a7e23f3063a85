"""The letters about accounts, each in a function.

None carries what somebody wrote, a name say: whoever registers with the address of another would write to them with it.
"""

from datetime import datetime

from mesh.mail import Letter, Link
from svc_profile.domain.devices import Client

_NOT_YOU = "If this was not you, nothing happens without the link: ignore this mail."


def verify_email(url: str) -> Letter:
    """To who registered, or asked again."""
    return Letter("Verify your email address", [Link("Verify that this address is yours", url), _NOT_YOU])


def reset_password(url: str) -> Letter:
    """To who forgot the password, or somebody who says so."""
    hint = "The link works once, within an hour. A new password signs you out on all devices."
    return Letter("Set a new password", [Link("Set a new password", url), hint, _NOT_YOU])


def confirm_email(url: str) -> Letter:
    """To the address that an account wants to move to."""
    return Letter(
        "Confirm your new email address",
        [Link("Use this address for your account from now on", url), _NOT_YOU],
    )


def verify_company(url: str) -> Letter:
    """To an address that a member calls theirs at work."""
    return Letter(
        "Confirm your address at work",
        [
            "A member asks to show on their profile that they read the mail of this address.",
            Link("If it is you, show the domain of this address on your profile", url),
            _NOT_YOU,
        ],
    )


def email_in_use(reset_url: str) -> Letter:
    """To an address that another account wanted to move to."""
    return Letter(
        "Your email address",
        [
            "Somebody asked to use this address for an account. It has one already, so that nothing was changed.",
            Link("If it was you, and you cannot sign in to it, ask for a new password", reset_url),
        ],
    )


def email_changed(url: str) -> Letter:
    """To the address that an account has left."""
    return Letter(
        "The email address of your account was changed",
        [
            "Your account has another email address from now on.",
            Link("If this was not you, take it back within a week", url),
            "That signs everybody out, and lets you set a new password.",
        ],
    )


def email_restored(url: str) -> Letter:
    """To the address that took its account back."""
    return Letter(
        "Your account is back at this address",
        [
            "The change of address was taken back.",
            "Everybody was signed out, and the password is of no use any more.",
            Link("Set a new password", url),
        ],
    )


def account_closed(receipt: str, erase_after: datetime, url: str) -> Letter:
    """To who has left; the receipt is the only way back, and the proof."""
    return Letter(
        "Your account is closed",
        [
            f"Nobody sees it any more. On {erase_after:%d %B %Y at %H:%M} UTC everything is erased.",
            Link("Until then you can call it off here, and later see what became of your data", url),
            f"The receipt behind this link is {receipt}. Whoever has it can do this: keep it to yourself.",
        ],
    )


def password_changed(reset_url: str) -> Letter:
    """To the member whose password was changed, by whomever."""
    return Letter(
        "Your password was changed",
        [
            "Your account has another password, and other devices were signed out.",
            Link("If this was not you, ask for a new password now", reset_url),
        ],
    )


def new_device(client: Client, at: datetime, sessions_url: str) -> Letter:
    """To the member whose account was signed in to from where it was not before."""
    where = f"{client.device or 'an unknown device'}, network {client.network or 'unknown'}"
    return Letter(
        "A new sign-in to your account",
        [
            f"Your account was signed in to from {where}, at {at:%Y-%m-%d %H:%M} UTC.",
            Link("If this was not you, end that session and change your password", sessions_url),
        ],
    )


def phone_code(code: str) -> Letter:
    """To a phone number; a text message has no subject."""
    return Letter("Code", [f"{code} is your code. Nobody of ours will ask you for it."])
