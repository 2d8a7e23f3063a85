"""Codes that are written down."""

from svc_profile.domain.recovery_codes import HOW_MANY, digest, new_codes


def test_codes_are_many_and_never_the_same() -> None:
    """Ten, each of 80 bits in groups of four."""
    codes = new_codes()
    assert HOW_MANY == len(set(codes)) == 10
    assert {19} == {len(code) for code in codes}
    assert not set(codes) & set(new_codes())


def test_a_code_is_read_as_people_type() -> None:
    """Capitals, spaces and letters that look like digits make no difference; another code does."""
    assert {digest("0011-abcd-7777-zzzz")} == {digest("oOiL abcd 7777 ZZZZ"), digest("0011ABCD7777zzzz")}
    assert digest("0011-abcd-7777-zzzz") != digest("0011-abcd-7777-zzzy")
