"""Addresses with a NUL in them are answered like any other that leads nowhere."""

import pytest

from tests.web.conftest import SignIn
from tests.web.seed import Company

ADDRESSES = (
    "/records/objective/?q=%00", "/records/objective/?state=%00&owner=%00&site=%00&due=%00&flag=%00&after=%00",
    "/search?q=%00", "/search/jump?q=%00", "/search/candidates?q=%00&kind=%00&to=%00", "/people/?text=%00&state=%00",
    "/notices?page=%00", "/files/%00", "/welcome/%00/x/", "/records/%00/", "/r/OBJ-%00", "/people/%00/",
    "/api/v1/search?q=%00", "/api/v1/records/objective?q=%00&state=%00", "/api/v1/records/objective/%00",
    "/records/objective/export.csv?q=%00&state=%00&owner=%00&site=%00", "/accounts/login/?next=%00",
)  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("path", ADDRESSES)
def test_web_11_a_nul_in_an_address_breaks_nothing(firm: Company, sign_in: SignIn, path: str) -> None:
    """WEB-11: refused before any database sees it, on every page and endpoint."""
    client = sign_in(firm.quality)
    client.raise_request_exception = False
    assert client.get(path).status_code < 500
