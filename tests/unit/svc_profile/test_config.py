"""Settings with which the service would harm its members are refused."""

import pytest

from mesh.settings import LimitSettings, Secret
from svc_profile.config import Config, ContactSettings, FactorSettings


def test_production_needs_keys_for_second_factors() -> None:
    """Those of one process would be gone with it, and with them every authenticator app."""
    production = LimitSettings(profile="production")
    contacts = ContactSettings(keys=Secret("one:secret"))
    with pytest.raises(ValueError, match=r"factors\.keys"):
        Config(limits=production, contacts=contacts)
    assert Config(limits=production, contacts=contacts, factors=FactorSettings(keys=Secret("one:secret"))).factors.keys
    assert not Config().factors.keys


def test_production_needs_keys_for_contacts() -> None:
    """Hashes that one process stored would be found by no other."""
    production, factors = LimitSettings(profile="production"), FactorSettings(keys=Secret("one:secret"))
    with pytest.raises(ValueError, match=r"contacts\.keys"):
        Config(limits=production, factors=factors)
    assert not Config().contacts.keys
