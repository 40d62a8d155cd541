"""The manual, the policy and the procedures of Kuvitelma: good ones, tired ones, and one that nobody ever read."""

from gemba.demo.company.colleagues import WARD
from gemba.demo.company.papers import (
    AINO,
    DESIGN,
    MAINTENANCE,
    MANUAL,
    MARKET,
    MIKAEL,
    OSKARI,
    POLICY,
    PROCEDURE,
    PRODUCTION,
    PURCHASING,
    QUALITY_SYSTEM,
    WHO_WORKS,
    Change,
    Fit,
    Paper,
    Reviewed,
    Step,
)

CARE, BUYER, TESTER = "job:Customer care specialist", "job:Purchaser", "job:Tester"
SOFTWARE, FIRMWARE = "job:Software lead", "job:Firmware developer"
HONEST, BUY, MAKE, CARING = "Keep the system honest", "Buy", "Make and release", "Care for customers"
DEVELOP, SOFT, LEAD, REPORT = "Develop", "Make the software", "Lead and review", "Report to authorities"

PROCEDURES = (
    Paper(
        "MAN-001", "Quality Manual", MANUAL, QUALITY_SYSTEM, MIKAEL, "01 Manual/QM-01 Quality Manual.md",
        approver=AINO, readers=WHO_WORKS, process=LEAD, years=15,
        clauses=("4.1.1", "4.1.2", "4.1.3", "4.1.4", "4.2.1", "4.2.2", "5.1", "5.2", "5.4.2", "5.5.1", "8.1"),
        changes=(
            Change(
                310, "Henrik leaves; his processes need other owners",
                "## 8. Processes and documents as they stand\n\n{{live:process_map}}\n\n{{live:document_list}}",
            ),
        ),
    ),
    Paper(
        "POL-001", "Quality Policy and Objectives", POLICY, QUALITY_SYSTEM, AINO,
        "01 Manual/POL-01 Quality Policy and Objectives.md", approver=AINO, readers=WHO_WORKS, process=LEAD,
        clauses=("5.3", "5.4.1"), governs=("objective", "measurement"), review_months=12,
        reviews=(Reviewed(330, "Objectives and figures of the year; nothing in the policy has to change."),),
    ),
    Paper(
        "SOP-001", "Document and Record Control", PROCEDURE, QUALITY_SYSTEM, MIKAEL,
        "02 Procedures/SOP-01 Document and Record Control.md", reviewer="Sanna", readers=WHO_WORKS,
        process=HONEST, governs=("document", "revision"), clauses=("4.2.4", "4.2.5"),
        steps=(
            Step("Quality manager", "Raises the document and names who reviews, approves and reads it", "document"),
            Step("Software lead", "Reviews a text about work that the software group does", "revision", "Gemba", 30),
            Step("Quality manager", "Looks every text over before its day of review", "periodicreview", "Gemba", 20),
        ),
        fit=Fit("Priya", "twice a month", "Gemba"),
        changes=(
            Change(
                560, "Two people could take the same number",
                "## 9. Numbers\n\nA number is taken when a document is raised, and never before. It is never given "
                "twice, not even when the document comes to nothing.",
            ),
            Change(
                255, "Auditor's remark: nobody could tell who had read what",
                "## 10. Reading\n\nWhoever is asked to read signs in Gemba within two weeks. Asking somebody to sign "
                "for somebody else is asking for a false record.",
                remark="Two weeks are short in July. @Mikael Sundberg, is three possible?",
            ),
        ),
    ),
    Paper(
        "SOP-002", "Management Review", PROCEDURE, QUALITY_SYSTEM, AINO, "02 Procedures/SOP-02 Management Review.md",
        author=MIKAEL, approver=AINO, process=LEAD, readers=("job:Managing director",),
        clauses=("5.6.1", "5.6.2", "5.6.3"), review_months=12,
        steps=(
            Step("Quality manager", "Collects what the review must look at", tool="Gemba", minutes=120),
            Step("Managing director", "Decides, with a name and a date for each decision", minutes=180),
        ),
        bypass="The managing director does this work and has no time to be asked about it.",
        reviews=(Reviewed(390, "Both reviews of the year were held as described."),),
    ),
    Paper(
        "SOP-003", "Competence and Training", PROCEDURE, QUALITY_SYSTEM, AINO,
        "02 Procedures/SOP-03 Competence and Training.docx", reviewer="Jussi", process="Teach people",
        readers=("job:Production manager", "job:Head of development"), governs=("reading",), clauses=("6.2",),
        steps=(
            Step("Production manager", "Says which texts a new assembler reads before the first shift", minutes=20),
            Step("Production manager", "Watches three units being built and writes down what was seen", minutes=60),
        ),
        fit=Fit("Jussi", "for every newcomer", "paper, then Gemba", "The three units are watched on two days."),
        changes=(
            Change(205, "Grace started in Leeds and nobody there could watch her",
                   "## 8. Other sites\n\nWhoever starts in Leeds spends the first week in Tampere."),
        ),
    ),
    Paper(
        "SOP-004", "Risk Management", PROCEDURE, DESIGN, OSKARI, "02 Procedures/SOP-04 Risk Management.md",
        author=OSKARI, reviewer="Sanna", process=DEVELOP, readers=("job:Head of development", SOFTWARE, FIRMWARE),
        clauses=("7.1",), retention="device", years=10,
        steps=(
            Step("Risk and regulatory specialist", "Keeps the list of hazards and asks for new ones", minutes=60),
            Step("Firmware developer", "Says what the software does when a control fails", minutes=45),
        ),
        fit=Fit("Katarzyna", "at every design review", "spreadsheet"),
    ),
    Paper(
        "SOP-005", "Design and Development", PROCEDURE, DESIGN, "Sanna",
        "02 Procedures/SOP-05 Design and Development.md", author="Sanna", reviewer="Priya", approver=MIKAEL,
        process=DEVELOP, readers=(SOFTWARE, FIRMWARE), retention="device",
        clauses=("7.3.1", "7.3.2", "7.3.3", "7.3.4", "7.3.5", "7.3.6", "7.3.7", "7.3.9", "7.3.10"),
        steps=(
            Step("Head of development", "Writes the plan: stages, who reviews what", minutes=240),
            Step("Software lead", "Turns needs into requirements that can be tested", tool="requirements tool"),
            Step("Firmware developer", "Sits in the review of a stage he did not build", minutes=120),
        ),
        fit=Fit("Katarzyna", "every stage", "requirements tool", "Reviews happen when the stage is long over."),
        changes=(
            Change(
                430, "The plan grew to eleven pages and nobody read it",
                "A plan that is longer than four pages is sent back.", author="Sanna",
            ),
            Change(
                26, "The transfer to production is missing, as the auditor will notice",
                "## 11. Transfer to production\n\nBefore the first regular batch somebody from assembly builds five "
                "units from the papers alone, while development keeps its hands in its pockets.", author="Sanna",
                remark="Five units of which battery? @Sanna Kettu", stops="approval",
            ),
        ),
    ),
    Paper(
        "SOP-006", "Software Lifecycle and Tools", PROCEDURE, DESIGN, "Priya",
        "02 Procedures/SOP-06 Software Lifecycle and Tools.md", author="Priya", reviewer="Sanna", approver=MIKAEL,
        process=SOFT, readers=(SOFTWARE, FIRMWARE), clauses=("4.1.6", "7.5.6"), retention="device",
        steps=(
            Step("Software lead", "Decides the safety class of each part, with its reason", minutes=60),
            Step("Firmware developer", "Builds from the tag only, and keeps the log", tool="build station"),
            Step("Firmware developer", "Checks the list of parts made by others for known faults", minutes=30),
        ),
        fit=Fit("Katarzyna", "every build", "build station"),
        changes=(
            Change(515, "Second product: the ward display is software alone",
                   "## 7. Software that is the device\n\nPisara Ward runs on the hospital's own computers. What those "
                   "must be able to do stands in its instructions, and is tested on the slowest that we allow.",
                   author="Priya"),
            Change(44, "The list of foreign parts was checked once a year; faults come every week",
                   "The list is compared with the public lists of faults every Monday, by a program, and read by a "
                   "human being.", author="Priya", fit=Fit("Katarzyna", "every Monday", "script"),
                   steps=(
                       Step("Software lead", "Decides the safety class of each part, with its reason", minutes=60),
                       Step("Firmware developer", "Builds from the tag only, and keeps the log", tool="build station"),
                       Step("Firmware developer", "Reads every Monday which known faults concern us", minutes=15),
                   )),
        ),
        unread=("Priya",),
    ),
    Paper(
        "SOP-007", "Purchasing and Suppliers", PROCEDURE, PURCHASING, "Elina",
        "02 Procedures/SOP-07 Purchasing and Suppliers.docx", reviewer="Elina", process=BUY, readers=(BUYER,),
        clauses=("4.1.5", "7.4.1", "7.4.2", "7.4.3"),
        steps=(
            Step("Purchaser", "Chooses the supplier and writes down why", minutes=90),
            Step("Purchaser", "Orders, with revision and the papers that must come along", minutes=15),
            Step("Storekeeper", "Compares delivery, order and card", minutes=20),
        ),
        fit=Fit("Elina", "every order", "the old ERP"),
        changes=(
            Change(470, "\"Same as last time\" brought us cloudy lenses",
                   "An order for an A part names the drawing and its revision. \"As before\" goes back to the writer."),
            Change(150, "Orders above 5,000 euro were signed by whoever was there",
                   "Orders above 5,000 euro are signed by the process owner.",
                   rejected="The owner is on holiday four weeks a year. Name a deputy."),
        ),
    ),
    Paper(
        "SOP-008", "Production and Release", PROCEDURE, PRODUCTION, "Jussi",
        "02 Procedures/SOP-08 Production and Release.pdf", reviewer="Jussi", process=MAKE,
        readers=("job:Production manager", TESTER), clauses=("7.5.1", "7.5.8", "7.5.9.1", "7.5.10", "7.5.11", "8.2.6"),
        retention="device",
        steps=(
            Step("Assembler", "Builds from the batch folder", "", "bench 1 to 4"),
            Step("Tester", "Tests every unit and signs the strip", "", "drop rig", 4),
            Step("Production manager", "Releases the batch, or says what is missing", minutes=30),
        ),
        fit=Fit("Noora", "every day", "drop rig 2"),
    ),
    Paper(
        "SOP-009", "Equipment and Calibration", PROCEDURE, MAINTENANCE, "Jussi",
        "02 Procedures/SOP-09 Equipment and Calibration.md", reviewer="Jussi", process=MAKE, readers=(TESTER,),
        clauses=("6.3", "6.4.1", "7.6"), review_months=18,
        steps=(
            Step("Tester", "Looks at the sticker before the first unit of the day", tool="drop rig", minutes=1),
            Step("Production manager", "Sends rigs away in time and books a spare", minutes=30),
        ),
        fit=Fit("Noora", "every morning", "drop rig 2", "The spare is not always back before the rig goes."),
    ),
    Paper(
        "SOP-010", "Complaints and Feedback", PROCEDURE, MARKET, "Tomi",
        "02 Procedures/SOP-10 Complaints and Feedback.md", reviewer="Tomi", process=CARING, readers=(CARE,),
        governs=("complaint",), clauses=("7.5.4", "8.2.1", "8.2.2"),
        steps=(
            Step("Customer care specialist", "Writes the call down in the caller's own words", "", "LST-02", 10),
            Step("Customer care specialist", "Asks whether somebody was hurt or could have been", minutes=1),
            Step("Verification engineer", "Looks at the unit within ten working days", minutes=120),
        ),
        fit=Fit("Tomi", "four times a week", "LST-02 and the telephone"),
        changes=(
            Change(540, "Complaints from the second product have no unit to send back",
                   "For Pisara Ward the log of the last hour takes the place of the unit.",
                   rejected="Say who may see that log; it holds names of patients."),
            Change(190, "Grace answers calls in Leeds now",
                   "Calls from the United Kingdom are written down in Leeds, on the same day, in the same list."),
        ),
    ),
    Paper(
        "SOP-011", "Vigilance and Advisory Notices", PROCEDURE, MARKET, "Henrik",
        "02 Procedures/SOP-11 Vigilance and Advisory Notices.md", process=REPORT,
        template="T-11 Vigilance and Advisory Notices.md", clauses=("8.2.3", "8.3.3"),
        readers=("department:Quality", CARE), unread=("Tomi", "Ingrid", "Oskari"),
        bypass="The first audit is in two weeks and there has never been a case.", review_months=12,
    ),
    Paper(
        "SOP-012", "Internal Audit", PROCEDURE, QUALITY_SYSTEM, OSKARI, "02 Procedures/SOP-12 Internal Audit.md",
        author=OSKARI, process=HONEST, readers=("department:Quality",), clauses=("8.2.4",),
        steps=(
            Step("Risk and regulatory specialist", "Plans the audits of the year by what hurts most"),
            Step("Quality manager", "Asks, listens, and asks to be shown", minutes=240),
        ),
        fit=Fit("Mikael", "four times a year", "a notebook"),
        changes=(
            Change(11, "Nobody may audit what he wrote himself, and Oskari wrote half of it",
                   "With so few of us Sanna audits quality, and quality audits everybody else.", author=OSKARI,
                   stops="approval", fit=Fit("Mikael", "four times a year", "a notebook")),
        ),
    ),
    Paper(
        "SOP-013", "Nonconforming Product", PROCEDURE, PRODUCTION, "Jussi",
        "02 Procedures/SOP-13 Nonconforming Product.md", process=MAKE, readers=(TESTER, BUYER),
        governs=("nonconformity",), clauses=("8.3.1", "8.3.2", "8.3.4"), unread=("Noora",),
        steps=(
            Step("Tester", "Puts it into the red box with a note", "nonconformity", minutes=2),
            Step("Quality manager", "Looks at what it means, and decides", "nonconformity", minutes=20),
        ),
        bypass="Assembly is two weeks behind, and the text only says what everybody does anyway.", review_months=24,
    ),
    Paper(
        "SOP-014", "Corrective and Preventive Action", PROCEDURE, QUALITY_SYSTEM, MIKAEL,
        "02 Procedures/SOP-14 Corrective and Preventive Action.md", reviewer=OSKARI, approver=OSKARI, process=HONEST,
        readers=("department:Quality", "job:Head of development", "job:Production manager"), governs=("capa",),
        clauses=("8.5.1", "8.5.2", "8.5.3"),
        steps=(
            Step("Quality manager", "Decides whether it is one, and says so either way", minutes=30),
            Step("Production manager", "Finds out why, before anything is changed", minutes=240),
        ),
        fit=Fit("Jussi", "once a month", "whiteboard", "Finding out why begins when the parts are back."),
        reviews=(Reviewed(95, "Twelve actions of two years; the oldest took too long, the text is not to blame."),),
    ),
    Paper(
        "SOP-015", "Sales and Contract Review", PROCEDURE, MARKET, MIKAEL, "SOP-15 Sales and Contract Review.md",
        raised=170, process="Sell and promise", stops="draft", clauses=("7.2.1", "7.2.2", "7.2.3"),
    ),
    Paper(
        "SOP-016", "Security of the Ward Software", PROCEDURE, DESIGN, "Priya",
        "SOP-16 Security of the Ward Software.md", author="Priya", reviewer="Sanna", approver=MIKAEL, raised=140,
        process=SOFT, readers=(SOFTWARE, FIRMWARE), retention="device", product=WARD,
        steps=(Step("Firmware developer", "Tries to get in, twice a year, with the tools of somebody who wants to"),),
        fit=Fit("Katarzyna", "twice a year", "her own laptop"),
    ),
)  # fmt: skip
