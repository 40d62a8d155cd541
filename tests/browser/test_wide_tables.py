"""A register with as many columns as any has, on the screen that most people sit at."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

import gemba.web
from gemba.web.markup import table_of
from tests.browser_support import PHONE, needs_chromium, opened

pytestmark = [pytest.mark.browser, needs_chromium]
STYLES = Path(gemba.web.__file__).parent / "static" / "gemba"
HEADS = [
    ("key", "Number"), ("title", "Title"), ("state", "State"), ("date", "Received on"), ("text", "Device name"),
    ("text", "Harm"), ("text", "Kind of problem"), ("date", "Due"), ("text", "Owner"),
]  # fmt: skip
ROW = [
    "CMP-2026-0010", "Lost power during an infusion", '<span class="badge">In investigation</span>',
    "<time>30 Sep 2026</time>", "Pisara 2 drop monitor", "serious injury or deterioration",
    "power, battery or electronics", "<time>15 Dec 2026</time>", "Grace Adeyemi",
]  # fmt: skip


@pytest.mark.parametrize("size", [(1280, 900), (1000, 800), PHONE], ids=["desk", "small", "phone"])
def test_nine_columns_never_make_the_page_scroll_sideways(
    chromium: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    """WCAG 1.4.10: what is wide wraps or scrolls within itself."""
    cells = "".join(
        f'<td role="cell" class="{kind}{" short" if kind == "text" else ""}" data-label="{label}">{said}</td>'
        for (kind, label), said in zip(HEADS, ROW, strict=True)
    )
    rows = f'<tr role="row">{cells}</tr>' * 3
    styles = "".join((STYLES / name).read_text() for name in ("base.css", "parts.css", "screens.css"))
    file = tmp_path / "register.html"
    file.write_text(
        f'<!doctype html><html lang="en"><head><title>Register</title><style>{styles}</style></head><body>'
        f'<div class="shell"><header class="side"></header><div><main>{table_of(rows, "Complaints", HEADS)}</main>'
        "</div></div></body></html>"
    )
    with opened(chromium, file, size) as page:
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
