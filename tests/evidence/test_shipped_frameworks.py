"""The frameworks that come with Gemba."""

import time
from collections import Counter
from pathlib import Path

import pytest
import yaml

from gemba.evidence.catalogue.clauses import ancestors, duties_for_class
from gemba.evidence.catalogue.errors import CatalogueError
from gemba.evidence.catalogue.load import DATA, SHIPPED, catalogue, framework, shipped_frameworks
from gemba.evidence.catalogue.model import CADENCES, Applicability, DutyKind, Force, Framework, Strength

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "catalogue"
COUNTS = {
    "iso13485": (91, 399),
    "qmsr": (29, 32),
    "part11": (35, 29),
    "mdr": (58, 70),
    "iso14971": (27, 34),
    "iec62304": (118, 96),
    "mdsap": (97, 90),
}
ONLY_PHYSICAL = {
    "physical_product", "sterile", "contamination", "cleanliness", "contact_people_product", "work_environment",
    "special_conditions", "special_storage", "rework", "returns", "implantable", "installation", "measuring_equipment",
}  # fmt: skip
"""Conditions whose usual answer for software alone is no."""
needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="the source tables are not beside this checkout")


@pytest.mark.parametrize("identity", SHIPPED)
def test_every_shipped_framework_has_all_its_clauses_and_duties(identity: str) -> None:
    """M2, M3, M4, M5, M32: nothing was lost on the way into the one file format."""
    shipped = framework(identity)
    assert (len(shipped.clauses), len(shipped.duties)) == COUNTS[identity]


def test_iso_13485_is_a_tree_from_4_1_1_to_8_5_3_with_110_evidence_types() -> None:
    """M32: the full clause tree to sub-clause level with stable ids."""
    shipped = framework("iso13485")
    numbers = list(shipped.clauses)
    assert [n for n in numbers if shipped.clauses[n].parent is None] == ["4", "5", "6", "7", "8"]
    assert {"4.1.1", "8.5.3"} <= set(numbers)
    assert numbers.index("4.1.1") < numbers.index("8.5.3") == len(numbers) - 1
    assert ancestors(shipped, "7.5.9.2") == ("7.5.9", "7.5", "7")
    assert len(shipped.evidence_types) == 110
    assert all(number.startswith(parent) for number in numbers for parent in ancestors(shipped, number))


def test_iso_13485_counts_by_kind_and_applicability_are_those_of_its_source() -> None:
    """M19, M28: design may be excluded, clause 6 to 8 may be not applicable, the rest always holds."""
    duties = framework("iso13485").duties
    assert Counter(d.kind for d in duties) == {
        DutyKind.ACTIVITY: 178,
        DutyKind.DOCUMENT: 89,
        DutyKind.RECORD: 77,
        DutyKind.DOCUMENTED_PROCEDURE: 55,
    }
    assert Counter(d.applicability for d in duties) == {
        Applicability.ALWAYS: 245,
        Applicability.MAY_BE_NOT_APPLICABLE: 79,
        Applicability.MAY_BE_EXCLUDED: 56,
        Applicability.CONDITIONAL: 19,
    }
    assert sum(not d.needs_practice for d in duties) == 67
    assert len(framework("iso13485").practice_checks) == 56
    excludable = {d.clause for d in duties if d.applicability is Applicability.MAY_BE_EXCLUDED}
    assert all(clause.startswith("7.3") for clause in excludable)


def test_what_only_a_device_standard_asks_is_there() -> None:
    """M7: the medical device file (4.2.3) and sterile devices (7.5.5) are clauses with duties."""
    shipped = framework("iso13485")
    assert len(shipped.duties_by_clause["4.2.3"]) == 7
    assert len(shipped.duties_by_clause["7.5.5"]) == 2


def test_class_c_brings_what_a_and_b_do_not_owe() -> None:
    """M5: class C activities become applicable with class C."""
    shipped = framework("iec62304")
    by_class = {c: {d.id for d in duties_for_class(shipped, c)} for c in "ABC"}
    assert [len(by_class[c]) for c in "ABC"] == [54, 90, 96]
    assert by_class["A"] < by_class["B"] < by_class["C"]
    assert by_class["C"] - by_class["B"] == {
        "62304-5.1.4",
        "62304-5.3.5",
        "62304-5.4.2",
        "62304-5.4.3",
        "62304-5.4.4",
        "62304-5.5.4",
    }
    assert set(shipped.safety_classes) == {"A", "B", "C"}


def test_every_clause_of_iso_14971_leads_to_a_record_of_risk_management() -> None:
    """M4: each clause with duties names evidence that a risk file or its like yields."""
    shipped = framework("iso14971")
    for duties in shipped.duties_by_clause.values():
        assert all(duty.evidence for duty in duties)
    assert {"risk_policy", "risk_plan", "risk_report", "pms_plan"} <= set(shipped.evidence_types)


def test_mdsap_is_off_by_default_and_each_row_says_how_sure_we_are() -> None:
    """M13: rows whose source was not seen are shown as such and only when asked for."""
    shipped = framework("mdsap")
    assert not shipped.on_by_default
    assert Counter(d.confidence for d in shipped.duties) == {"general_knowledge": 61, "seen": 16, "partly_seen": 13}
    assert shipped not in catalogue().on_by_default
    assert len(catalogue().on_by_default) == len(SHIPPED) - 1


def test_complaint_records_of_820_35_keep_their_prescribed_fields() -> None:
    """M2: the fields that 820.35 and 820.45 prescribe come as data."""
    duties = {d.id: d for d in framework("qmsr").duties}
    assert duties["820.35-a4"].fields == ("complaint.complainant",)
    assert len(duties["820.35-b"].fields) == 6
    assert duties["820.10-b1"].see == ("21 CFR 830",)
    assert duties["820.10-e"].force is Force.CONSEQUENCE
    assert duties["820.35-d"].force is Force.OPTION


def test_each_part_11_duty_says_who_owns_it_and_how_to_test_it() -> None:
    """M13: electronic records and signatures, system and company apart."""
    duties = framework("part11").duties
    assert Counter(d.owner for d in duties) == {"system": 15, "both": 9, "company": 5}
    assert all(d.control and d.tests for d in duties)


def test_annex_ix_has_its_sections_and_the_part_of_the_notified_body_is_marked() -> None:
    """M3: chapter I of Annex IX, section by section."""
    shipped = framework("mdr")
    sections = [n for n in shipped.clauses if ancestors(shipped, n)[-1:] == ("Annex IX",)]
    assert sections[:3] == ["Annex IX 1", "Annex IX 2", "Annex IX 2.1"]
    assert sections[-1] == "Annex IX 3.6"
    owners = {d.clause: d.owner for d in shipped.duties if d.clause.startswith("Annex IX")}
    assert owners["Annex IX 3.4"] == "notified_body"
    assert owners["Annex IX 2.4"] is None
    assert next(d for d in shipped.duties if d.id == "MDR-86-IIa").interval_months == 24


@pytest.mark.parametrize("identity", SHIPPED)
def test_nobody_has_signed_a_framework_off_yet_and_each_says_what_it_rests_on(identity: str) -> None:
    """M22: the limits of the data are part of the data."""
    shipped = framework(identity)
    assert shipped.signed_off_by is None
    assert shipped.basis
    assert {"general_knowledge"} & {entry.basis for entry in shipped.provenance}


@pytest.mark.parametrize("identity", SHIPPED)
def test_every_shipped_text_is_short_and_in_sentence_of_our_own(identity: str) -> None:
    """M32: own paraphrase, no text of a standard: a duty is one short sentence."""
    shipped = framework(identity)
    longest = 310
    assert all(10 < len(d.text) <= longest for d in shipped.duties)
    average = sum(len(d.text) for d in shipped.duties) / len(shipped.duties)
    assert average < 120
    assert all(len(c.title) <= 70 for c in shipped.clauses.values())
    assert not any(word in d.text.split() for d in shipped.duties for word in ("shall", "Shall"))
    assert all(d.cadence in CADENCES and d.line > 0 for d in shipped.duties)


def test_hardware_and_software_devices_get_clause_sets_of_their_own() -> None:
    """M1: design and what follows the sale hold for both; what only a physical device needs falls away for software."""
    shipped = framework("iso13485")
    hardware = owed(shipped, dict.fromkeys(shipped.conditions, True))
    software = owed(shipped, {c: c not in ONLY_PHYSICAL for c in shipped.conditions})
    assert software < hardware
    assert {"7.3.3", "7.3.7", "8.2.1", "8.2.2", "8.5.2"} <= software
    assert {"7.5.5", "7.5.7", "6.4.2"} <= hardware - software


def owed(shipped: Framework, answers: dict[str, bool]) -> set[str]:
    """The clauses with a duty that applies, given the answers to the framework's yes/no conditions."""
    return {duty.clause for duty in shipped.duties if duty.condition is None or answers[duty.condition]}


def test_editions_of_the_standards_are_known_year_by_year() -> None:
    """M113: a document that cites an edition that never existed can be told from one that cites an old one."""
    assert dict(framework("iso13485").editions) == {
        "1996": "superseded",
        "2003": "superseded",
        "2012": "superseded",
        "2016": "current",
    }
    assert framework("iso14971").editions["2019"] == "current"
    assert framework("iso14971").editions["2007"] == "superseded"
    assert set(framework("iec62304").editions.values()) == {"current"}


def test_a_framework_offers_the_evidence_types_of_those_it_builds_on() -> None:
    """M4, M5: risk and software duties may name the vocabulary of ISO 13485."""
    software = framework("iec62304")
    assert {"quality_manual", "risk_plan", "soup_record"} <= set(software.evidence_types)
    for shipped in shipped_frameworks():
        assert SHIPPED[shipped.id] == shipped.builds_on
        assert all(name in shipped.evidence_types for d in shipped.duties for name in d.evidence)
    merged = catalogue().evidence_types
    assert len(merged) == 110 + 8 + 3 + 14
    assert {each.strength for each in merged.values()} == set(Strength)


def test_an_unknown_framework_is_a_sentence() -> None:
    """M11: asking for what is not there says what there is."""
    with pytest.raises(CatalogueError, match=r"There is no framework 'iso9001'\. There are: iso13485, qmsr"):
        framework("iso9001")


def test_reference_tables_ship_with_their_schema() -> None:
    """M3: deadlines, roles, certification and grading come along as data."""
    found = {p.stem: yaml.safe_load(p.read_text(encoding="utf-8")) for p in (DATA / "reference").glob("*.yaml")}
    assert set(found) == {*(i for i in SHIPPED), "roles", "certification"}
    assert all(body["schema"] == "gemba-reference/1" and body["id"] == name for name, body in found.items())
    assert [d["days"] for d in found["mdr"]["deadlines"]] == ["2", "10", "15", "0", "-28"]
    assert set(found["roles"]["markets"]) == {"US", "EU", "UK", "CA", "AU", "JP", "BR"}
    assert len(found["certification"]["audit_days_iso13485_initial"]["rows"]) == 23


def test_the_largest_framework_is_read_quickly() -> None:
    """M44: looking something up must not wait for the catalogue (bound is ten times what was measured)."""
    framework.cache_clear()
    start = time.perf_counter()
    framework("iso13485")
    assert time.perf_counter() - start < 1.0


@needs_shared
def test_iso_13485_is_faithful_to_its_source_row_by_row() -> None:
    """M32: text, kind, evidence, cadence and condition of all 399 duties."""
    source = yaml.load((SHARED / "iso13485.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    rows = [(c["number"], d) for c in source["clauses"] for d in c.get("duties", [])]
    for (clause, row), duty in zip(rows, framework("iso13485").duties, strict=True):
        assert (duty.id, duty.clause, duty.text, duty.kind) == (
            row["id"],
            clause,
            " ".join(row["duty"].split()),
            row["kind"],
        )
        assert list(duty.evidence) == row["evidence"]
        assert (duty.cadence, duty.applicability, duty.condition) == (
            row["cadence"],
            row["applicability"],
            row.get("condition"),
        )
        assert duty.needs_practice == (row["needs_practice_evidence"] == "true")


@needs_shared
@pytest.mark.parametrize("identity", ["qmsr", "part11", "mdr", "iso14971", "iec62304", "mdsap"])
def test_no_duty_of_the_other_sources_was_lost(identity: str) -> None:
    """M2, M3, M4, M5: every duty text of the source is there word for word."""
    source = yaml.load((SHARED / f"{identity}.yaml").read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    wanted = sorted(" ".join(text.split()) for text in texts_of(source))
    assert wanted == sorted(d.text for d in framework(identity).duties)


def texts_of(node: object) -> list[str]:
    if isinstance(node, list):
        return [text for each in node for text in texts_of(each)]
    if not isinstance(node, dict):
        return []
    own = [node[key] for key in ("duty", "purpose") if isinstance(node.get(key), str)]
    return own + [text for each in node.values() for text in texts_of(each)]
