"""Instructions, forms, plans, and what comes from outside: standards, a law, a hospital, boxes of paper."""

from gemba.demo.company.colleagues import WARD
from gemba.demo.company.papers import (
    DESIGN,
    EXTERNAL,
    FORM,
    INSTRUCTION,
    MARKET,
    MIKAEL,
    OSKARI,
    PAPER,
    PLAN,
    PRODUCTION,
    PURCHASING,
    QUALITY_SYSTEM,
    TEMPLATE,
    VALIDATION,
    Change,
    Fit,
    Paper,
    Reviewed,
    Step,
)
from gemba.demo.company.procedures import BUY, CARING, DEVELOP, FIRMWARE, HONEST, LEAD, MAKE, REPORT, SOFT, TESTER

INSTRUCTIONS = (
    Paper(
        "WI-001", "Assembling the Sensor Clip", INSTRUCTION, PRODUCTION, "Jussi",
        "03 Work instructions/WI-01 Assembling the Sensor Clip.md", process=MAKE, readers=(TESTER,),
        retention="device", steps=(Step("Assembler", "Builds the clip in the order of the pictures", "", "bench", 12),),
        bypass="The assemblers have no computer; Jussi read it to them.",
        changes=(
            Change(365, "The new lens is turned the other way", "The matt side of the lens looks at the drop."),
        ),
    ),
    Paper(
        "WI-002", "Building and Loading the Firmware", INSTRUCTION, DESIGN, "Katarzyna",
        "03 Work instructions/WI-02 Building and Loading the Firmware.md", author="Katarzyna", process=SOFT,
        readers=(FIRMWARE, TESTER), unread=("Noora",), retention="device",
        steps=(Step("Tester", "Loads the firmware and compares the number", "", "loading station", 3),),
        fit=Fit("Noora", "every batch", "loading station", "When the station is down we wait."),
    ),
    Paper(
        "WI-003", "Final Test", INSTRUCTION, PRODUCTION, "Jussi", "03 Work instructions/WI-03 Final Test.md",
        process=MAKE, readers=(TESTER,), retention="device",
        steps=(Step("Tester", "Counts a hundred drops with each unit", "", "drop rig", 4),),
        fit=Fit("Noora", "every unit", "drop rig 2"),
        changes=(
            Change(88, "Three alarms in the field came late: the slow rates were never tested",
                   "Every tenth unit is also tested at ten drops a minute.",
                   fit=Fit("Noora", "every tenth unit", "drop rig 2"),
                   steps=(Step("Tester", "Counts a hundred drops, every tenth unit slowly too", "", "drop rig", 6),)),
        ),
    ),
    Paper(
        "WI-004", "Packing and Labelling", INSTRUCTION, PRODUCTION, "Elina",
        "03 Work instructions/WI-03 Packing and Labelling.md", process=MAKE, readers=("job:Purchaser",),
        steps=(Step("Logistics coordinator", "Packs, with one label for each unit", minutes=5),),
        fit=Fit("Elina", "every day", "label printer"), on_a_day=True,
        changes=(
            Change(19, "The new label shows the importer in Leeds", "The label names the importer for boxes that go "
                   "to the United Kingdom.", effective_in=21, fit=Fit("Elina", "every day", "label printer")),
        ),
    ),
    Paper(
        "WI-005", "Releasing the Ward Software", INSTRUCTION, DESIGN, "Priya", "WI-05 Releasing the Ward Software.md",
        author="Priya", approver=MIKAEL, raised=480, process=SOFT, readers=(FIRMWARE,), retention="device",
        product=WARD, steps=(Step("Firmware developer", "Follows the list, top to bottom, and stops at a no"),),
        fit=Fit("Katarzyna", "every six weeks", "release list"),
    ),
    Paper(
        "FRM-001", "CAPA Form", FORM, QUALITY_SYSTEM, MIKAEL, "04 Forms/FRM-01 CAPA Form.md", process=HONEST,
        retired=(230, "CAPAs are kept in Gemba; the form invited people to fill it in twice"),
    ),
    Paper("FRM-002", "Complaint Form", FORM, MARKET, "Tomi", "04 Forms/FRM-02 Complaint Form.md", process=CARING),
    Paper("FRM-003", "Change Request", FORM, DESIGN, "Sanna", "04 Forms/FRM-03 Change Request.md", process=DEVELOP),
    Paper(
        "FRM-004", "Supplier Questionary", FORM, PURCHASING, "Elina", raised=410,
        void="Raised twice in one afternoon, and misspelt once",
    ),
    Paper(
        "FRM-005", "Supplier Questionnaire", FORM, PURCHASING, "Elina", "FRM-05 Supplier Questionnaire.md",
        raised=409, process=BUY,
    ),
    Paper(
        "PLN-001", "Audit Programme", PLAN, QUALITY_SYSTEM, OSKARI, "06 Plans and lists/PLN-01 Audit Programme 2026.md",
        author=OSKARI, process=HONEST, review_months=12,
        reviews=(Reviewed(300, "Suppliers were left out last year; they come first now."),),
    ),
    Paper(
        "PLN-002", "Software Development Plan of Pisara Ward", PLAN, DESIGN, "Priya",
        "PLN-02 Software Development Plan.md", author="Priya", approver=MIKAEL, raised=500, process=SOFT,
        product=WARD, retention="device",
        changes=(
            Change(240, "First hospital uses it; maintenance begins",
                   "From now on every change begins with the question which ward runs which version.", author="Priya"),
        ),
    ),
    Paper(
        "PLN-003", "Validation Plan of the Loading Station", PLAN, VALIDATION, "Priya",
        "PLN-03 Validation Plan of the Loading Station.md", author="Priya", approver=MIKAEL, raised=350, process=SOFT,
    ),
    Paper(
        "TPL-001", "Report of a Supplier Visit", TEMPLATE, PURCHASING, "Elina", "TPL-01 Report of a Supplier Visit.md",
        process=BUY,
    ),
    Paper(
        "TPL-002", "Minutes of a Design Review", TEMPLATE, DESIGN, "Sanna", "TPL-02 Minutes of a Design Review.md",
        process=DEVELOP,
    ),
)  # fmt: skip
FROM_OUTSIDE = (
    Paper(
        "EXT-001", "ISO 13485 Quality management systems for medical devices", EXTERNAL, QUALITY_SYSTEM, MIKAEL,
        issuer="ISO", edition="2016", source="Bought as PDF, two licences", process=LEAD, review_months=12,
        reviews=(Reviewed(340, "No new edition; its confirmation was read.", newer=""),),
    ),
    Paper(
        "EXT-002", "ISO 14971 Application of risk management to medical devices", EXTERNAL, DESIGN, OSKARI,
        issuer="ISO", edition="2007", source="Paper, on the shelf of the old office", process=DEVELOP,
        review_months=12,
        reviews=(Reviewed(75, "The shelf still holds the edition of 2007. Who buys the new one?", "revise", "2019"),),
    ),
    Paper(
        "EXT-003", "IEC 62304 Medical device software: life cycle processes", EXTERNAL, DESIGN, "Priya",
        issuer="IEC", edition="2006 with amendment 1 of 2015", source="Bought as PDF", process=SOFT,
    ),
    Paper(
        "EXT-004", "Regulation (EU) 2017/745 on medical devices", EXTERNAL, QUALITY_SYSTEM, OSKARI,
        issuer="European Union", edition="consolidated text of 2025", source="Official website of EU law",
        process=REPORT, review_months=6,
        reviews=(Reviewed(130, "Two articles changed; neither is about us."),),
    ),
    Paper(
        "EXT-005", "Requirements of the university hospital for devices on its network", EXTERNAL, DESIGN, "Priya",
        issuer="University hospital", edition="3", source="By mail from its technicians", raised=460, process=SOFT,
        product=WARD,
    ),
    Paper(
        "EXT-006", "Quality agreements with the critical suppliers", EXTERNAL, PURCHASING, "Elina",
        issuer="Kuvitelma, Muovi-Salo, Piirilevy", edition="signed, second version", source="Signed by both sides",
        process=BUY,
    ),
    Paper(
        "PAP-001", "Batch folders of the first Pisara, 2019 to 2023", PAPER, PRODUCTION, "Jussi",
        place="Cellar, shelves 3 to 5; the key hangs in the office", retention="device", years=15,
        proves="batch_record",
    ),
    Paper(
        "PAP-002", "Signed training sheets from before Gemba", PAPER, QUALITY_SYSTEM, MIKAEL,
        place="Office, second drawer", proves="training_record", years=10,
    ),
)  # fmt: skip
PAPERS_LATER = (*INSTRUCTIONS, *FROM_OUTSIDE)
