"""Settings with which the service would harm its members are refused."""

import pytest

from mesh.settings import LimitSettings, Secret
from svc_profile.config import Config, FactorSettings


def test_production_needs_keys_for_second_factors() -> None:
    """Those of one process would be gone with it, and with them every authenticator app."""
    production = LimitSettings(profile="production")
    with pytest.raises(ValueError, match="keys"):
        Config(limits=production)
    assert Config(limits=production, factors=FactorSettings(keys=Secret("one:secret"))).factors.keys
    assert not Config().factors.keys
