"""Settings with which the service would harm its members are refused."""

import pytest

from mesh.settings import LimitSettings, Secret
from svc_profile.compose.factors import site
from svc_profile.config import Config, ContactSettings, FactorSettings, PasskeySettings

PRODUCTION = LimitSettings(profile="production")
FACTORS = FactorSettings(keys=Secret("one:secret"))
CONTACTS = ContactSettings(keys=Secret("one:secret"))
PASSKEYS = PasskeySettings("guild.example", ("https://guild.example", "https://www.guild.example:8443"))


def test_production_needs_keys_for_second_factors() -> None:
    """Those of one process would be gone with it, and with them every authenticator app."""
    with pytest.raises(ValueError, match=r"factors\.keys"):
        Config(limits=PRODUCTION, contacts=CONTACTS, passkeys=PASSKEYS)
    assert Config(limits=PRODUCTION, contacts=CONTACTS, passkeys=PASSKEYS, factors=FACTORS).factors.keys
    assert not Config().factors.keys


def test_production_needs_keys_for_contacts() -> None:
    """Hashes that one process stored would be found by no other."""
    with pytest.raises(ValueError, match=r"contacts\.keys"):
        Config(limits=PRODUCTION, factors=FACTORS, passkeys=PASSKEYS)
    assert not Config().contacts.keys


def test_production_needs_a_domain_for_passkeys() -> None:
    """Those of a laptop would work nowhere; a laptop takes them from the pages of its own edge."""
    with pytest.raises(ValueError, match=r"passkeys\.relying_party"):
        Config(limits=PRODUCTION, factors=FACTORS, contacts=CONTACTS)
    found = site(Config(limits=PRODUCTION, factors=FACTORS, contacts=CONTACTS, passkeys=PASSKEYS))
    assert ("guild.example", PASSKEYS.origins) == (found.relying_party, found.origins)
    assert ("localhost", ("http://localhost:8080",)) == (site(Config()).relying_party, site(Config()).origins)


@pytest.mark.parametrize(
    ("domain", "origins"),
    [
        ("https://guild.example", ("https://guild.example",)),
        ("guild.example:443", ("https://guild.example",)),
        ("guild.example", ()),
        ("guild.example", ("http://guild.example",)),
        ("guild.example", ("https://guild.example/",)),
        ("guild.example", ("https://evilguild.example",)),
        ("guild.example", ("https://example",)),
        ("guild.example", ("https://guild.example", "guild.example")),
        ("", ("http://guild.example",)),
    ],
)
def test_pages_that_no_passkey_is_shown_to_are_refused(domain: str, origins: tuple[str, ...]) -> None:
    """A slip in the settings is told at start, not by every browser."""
    with pytest.raises(ValueError, match="relying_party"):
        PasskeySettings(domain, origins)


def test_apps_and_pages_of_a_laptop_may_ask_for_passkeys() -> None:
    """An app is named by the hash of its key."""
    assert PasskeySettings("guild.example", ("android:apk-key-hash:abc",)).origins
    assert PasskeySettings("", ("http://localhost:3000", "http://app.localhost:3000")).origins
