"""The process map: sequence and interaction drawn, and the same as a list (4.1.2, 4.2.2; M23, M28)."""

import re
from itertools import combinations, pairwise

import pytest
from django.test import Client
from lxml import etree

from gemba.kernel.access.viewer import seeing
from gemba.kernel.people.models import Product, Site
from gemba.kernel.roles import Role
from gemba.modules.process.drawing import HEIGHT, WIDTH, picture
from gemba.modules.process.four_tests import cards
from gemba.modules.process.handing import handovers, outside
from gemba.modules.process.models import Process
from gemba.modules.process.screens import in_order
from tests.kernel.people import access, person
from tests.modules.process.firm import Firm, described, firm, in_force, underway
from tests.web.seed import session_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> Firm:
    return firm()


def hand(what: str, process: str = "", outside: str = "") -> dict[str, str]:
    return {"what": what, "process": process, "outside": outside}


def chain(made: Firm) -> list[Process]:
    """Design gives to purchasing, purchasing to production; production names nothing back."""
    first = described(made, title="Design", area="design", inputs=[hand("Needs", outside="Customers")])
    second = described(made, title="Purchasing", inputs=[hand("Specifications", first.number)])
    third = described(made, title="Assembly", area="production", inputs=[hand("Parts", second.number)])
    return [first, second, third]


def page(made: Firm, address: str = "/process-map") -> str:
    browser = Client()
    browser.cookies["sessionid"] = session_of(made.quality)
    return browser.get(address).content.decode()


def test_a_hand_over_named_by_both_sides_is_agreed(made: Firm) -> None:
    """M23: interaction is what both owners say; one side alone is drawn as such."""
    first, second, _third = chain(made)
    assert [(each.source, each.target, each.what, each.agreed) for each in handovers([first, second])] == [
        (first.number, second.number, ("Specifications",), False)
    ]
    first.outputs = [hand("specifications", second.number), hand("Samples", second.number)]
    [each] = handovers([first, second])
    assert (each.what, each.agreed) == (("specifications", "Samples"), True)


def test_hand_overs_to_oneself_and_to_nowhere_are_not_drawn(made: Firm) -> None:
    """M23: what leads out of the system stands in words."""
    first, *_others = chain(made)
    first.outputs = [hand("Itself", first.number), hand("Gone", "PROC-099"), hand("Drawings", outside="Authority")]
    assert handovers([first]) == []
    assert [(each.what, each.who) for each in outside(first.outputs)] == [("Drawings", "Authority")]


def test_no_two_boxes_stand_on_each_other_and_all_stand_inside(made: Firm) -> None:
    """M23: with many processes in every area."""
    for number in range(26):
        area = Process.Area.values[number % 8]
        described(made, title=f"Process number {number} with a rather long name", area=area, position=number)
    with seeing(access(made.quality)) as reader:
        drawn = picture(cards(in_order(), reader), [])
    boxes = [each.box for each in drawn.drawn]
    assert len(boxes) == 26
    for one, other in combinations(boxes, 2):
        assert abs(one.x - other.x) >= WIDTH or abs(one.y - other.y) >= HEIGHT, (one.process, other.process)
    assert all(b.x >= 0 and b.right <= drawn.width and b.y >= 0 and b.bottom <= drawn.height for b in boxes)
    assert all(len(b.lines) <= 2 and all(len(line) <= 17 for _y, line in b.lines) for b in boxes)


NUMBER = re.compile(r"-?[0-9.]+")


def test_no_arrow_crosses_a_box(made: Firm) -> None:
    """M23: every process hands to every other; each straight piece of each way stays in the gutters."""
    areas = ("direction", "direction", "design", "design", "purchasing", "production", "after", "support")
    processes = [described(made, title=f"Process {n}", area=area) for n, area in enumerate(areas)]
    for process in processes:
        process.outputs = [hand("Everything", other.number) for other in processes]
    with seeing(access(made.quality)) as reader:
        drawn = picture(cards(processes, reader), handovers(processes))
    arrows = [arrow for each in drawn.drawn for arrow in each.arrows]
    assert len(arrows) == len(processes) * (len(processes) - 1)
    for arrow in arrows:
        numbers = [float(text) for text in NUMBER.findall(arrow.path)]
        points = list(zip(numbers[::2], numbers[1::2], strict=True))
        for (x1, y1), (x2, y2) in pairwise(points):
            for box in (each.box for each in drawn.drawn):
                across = min(x1, x2) < box.right - 1 and max(x1, x2) > box.x + 1
                down = min(y1, y2) < box.bottom - 1 and max(y1, y2) > box.y + 1
                assert not (across and down), (arrow.handover, box.process.number)


def test_the_map_is_well_formed_and_the_list_says_the_same(made: Firm) -> None:
    """M23: each process once in the picture, with its tests in words, and once in the list with what it gets."""
    processes = chain(made)
    html = page(made)
    svg = re.search(r'<figure class="map">\s*(<svg.*?</svg>)', html, re.DOTALL)
    assert svg is not None
    root = etree.fromstring(svg[1].encode())
    assert len(root.findall(".//{*}a")) == len(processes)
    assert len(root.findall(".//{*}path[@class]")) == 2
    assert "Documented? no" in root.findall(".//{*}a")[0].get("aria-label", "")
    assert "style=" not in svg[1]
    for process in processes:
        assert html.count(f'id="{process.number}"') == 1
    assert "from PROC-001 Design" in html
    assert "Needs from Customers" in re.sub(r"\s+", " ", html)
    assert "2 hand-overs are named by one process only" in html


def test_hostile_names_are_only_text(made: Firm) -> None:
    """WEB-02: in the picture, in the list, in what is handed over."""
    bad = "</text><script>alert(1)</script>{% x %}"
    first = described(made, title=bad, area="design")
    described(made, title="Next", inputs=[hand(bad, first.number), hand(bad, outside=bad)])
    html = page(made)
    assert "<script>alert(1)" not in html
    assert "&lt;/text&gt;&lt;script&gt;" in html


def test_a_map_of_nothing_says_how_to_begin(made: Firm) -> None:
    """M23."""
    assert "Begin with the way of your product" in page(made)
    assert "No process yet" in page(made, "/four-tests")


def test_processes_behind_a_border_are_not_drawn(made: Firm) -> None:
    """ACL-01: neither the box nor what others hand to it."""
    tampere, leeds = Site.objects.create(name="Tampere"), Site.objects.create(name="Leeds")
    here = described(made, title="Here", site=leeds)
    described(made, title="Over there", site=tampere, inputs=[hand("Secret mould", here.number)])
    browser = Client()
    browser.cookies["sessionid"] = session_of(person("Lee", Role.OPERATIONS, site=leeds))
    html = browser.get("/process-map").content.decode()
    assert "Here" in html
    assert "Over there" not in html
    assert "Secret mould" not in html


def test_the_administrator_sees_no_map_and_the_auditor_does(made: Firm) -> None:
    """ACL-11."""
    for role, status in ((Role.ADMINISTRATOR, 404), (Role.AUDITOR, 200)):
        browser = Client()
        browser.cookies["sessionid"] = session_of(person(f"Only {role}", role))
        for address in ("/process-map", "/four-tests", "/from-design-to-delivery"):
            assert browser.get(address).status_code == status


def test_a_product_is_followed_from_design_to_delivery(made: Firm) -> None:
    """M28: each process on its way with its records of this product, open and finished, and the newest to open."""
    pump, valve = Product.objects.create(name="Pump"), Product.objects.create(name="Valve")
    in_force(made, title="Making it", area="production")
    described(made, title="Steering", area="direction")
    first, newest, other = [underway(made, product=product) for product in (pump, pump, None)]
    html = re.sub(r"\s+", " ", page(made, f"/from-design-to-delivery?product={pump.uid}"))
    assert "Making it" in html
    assert "Steering" not in html
    assert "2 open, 0 finished" in html
    assert [each.number in html for each in (first, newest, other)] == [False, True, False]
    assert "none for this product" in page(made, f"/from-design-to-delivery?product={valve.uid}")
    assert page(made, "/from-design-to-delivery?product=nonsense").count("<option") == 2


def test_without_a_product_the_way_says_where_products_come_from(made: Firm) -> None:
    """M28."""
    assert "No product yet." in page(made, "/from-design-to-delivery")
