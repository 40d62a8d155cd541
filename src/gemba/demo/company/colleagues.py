"""Who works at Kuvitelma Medical Oy and with it. Everybody is invented; the quality manual names the owners."""

from dataclasses import dataclass

from gemba.demo.visitors import MAIL
from gemba.kernel.people.models import Person
from gemba.kernel.roles import Role

COMPANY = "Kuvitelma Medical Oy"

HOME, LEEDS = "Tampere", "Leeds"
SITES = {HOME: "Europe/Helsinki", LEEDS: "Europe/London"}
MANAGEMENT, QUALITY, DEVELOPMENT = "Management and office", "Quality", "Product development"
PRODUCTION, PURCHASING, CARE = "Assembly and test", "Purchasing and logistics", "Customer care"
DEPARTMENTS = (MANAGEMENT, QUALITY, DEVELOPMENT, PRODUCTION, PURCHASING, CARE)
PRODUCT, WARD = "Pisara 2", "Pisara Ward"
"""A clip that counts drops, and the software that shows forty of them on one screen."""
EMPLOYEE, CONSULTANT, EXTERNAL = Person.Kind.EMPLOYEE, Person.Kind.CONSULTANT, Person.Kind.EXTERNAL
ADMINISTRATOR, FIRST_QUALITY = "Rasmus Dahl", "Mikael Sundberg"
"""The first two: one runs the system, the other decides about quality."""


@dataclass(frozen=True, slots=True)
class Colleague:
    name: str
    job: str
    department: str
    role: Role | None = Role.EMPLOYEE
    confidential: bool = False
    login: bool = False
    kind: str = EMPLOYEE
    site: str = HOME
    bound: bool = False
    """Whether the role holds at the person's site only."""

    @property
    def email(self) -> str:
        given, family = _plain(self.name).split(" ", 1)
        return f"{given}.{family.replace(' ', '')}@{MAIL}"


def _plain(name: str) -> str:
    letters = str.maketrans("äöåóáçë", "aoaoace")
    return name.lower().translate(letters)


FOUNDERS = (
    Colleague(ADMINISTRATOR, "Systems consultant", MANAGEMENT, Role.ADMINISTRATOR, login=True, kind=CONSULTANT),
    Colleague(FIRST_QUALITY, "Quality manager", QUALITY, Role.QUALITY, confidential=True, login=True),
    Colleague("Aino Lehtovaara", "Managing director", MANAGEMENT, Role.MANAGEMENT, confidential=True, login=True),
    Colleague("Oskari Niemi", "Risk and regulatory specialist", QUALITY, Role.QUALITY, login=True),
    Colleague("Sanna Kettu", "Head of development", DEVELOPMENT, Role.ENGINEER, login=True),
    Colleague("Jussi Harmaa", "Production manager", PRODUCTION, Role.OPERATIONS, login=True),
    Colleague("Elina Voutila", "Purchaser", PURCHASING, Role.OPERATIONS, login=True),
    Colleague("Tomi Aalto", "Customer care specialist", CARE, login=True),
    Colleague("Priya Raman", "Software lead", DEVELOPMENT, Role.ENGINEER, login=True),
    Colleague("Henrik Åberg", "Regulatory specialist", QUALITY),
    Colleague("Katarzyna Lis", "Firmware developer", DEVELOPMENT, Role.ENGINEER, login=True),
    Colleague("Lauri Peltomaa", "Electronics developer", DEVELOPMENT, Role.ENGINEER),
    Colleague("Diego Fuentes", "Mechanical designer", DEVELOPMENT, Role.ENGINEER),
    Colleague("Hanna Salo", "Usability engineer", DEVELOPMENT, Role.ENGINEER),
    Colleague("Bence Horváth", "Verification engineer", DEVELOPMENT, Role.ENGINEER),
    Colleague("Emre Kaya", "Firmware developer", DEVELOPMENT, Role.ENGINEER),
    Colleague("Yuki Tanabe", "Systems engineer", DEVELOPMENT, Role.ENGINEER),
    Colleague("Ville Korpi", "Assembler", PRODUCTION, Role.OPERATIONS),
    Colleague("Noora Lahti", "Tester", PRODUCTION, Role.OPERATIONS, login=True, bound=True),
    Colleague("Samuel Okoye", "Assembler", PRODUCTION, Role.OPERATIONS),
    Colleague("Phuong Tran", "Tester", PRODUCTION, Role.OPERATIONS),
    Colleague("Ilse de Vries", "Logistics coordinator", PURCHASING, Role.OPERATIONS),
    Colleague("Pekka Ranta", "Storekeeper", PURCHASING, Role.OPERATIONS, bound=True),
    Colleague("Ingrid Bauer", "Regulatory consultant", QUALITY, kind=CONSULTANT, login=True),
)
"""There from the first day. Whoever has no login is still somebody: trained, named in records, assigned to jobs."""
GRACE = Colleague("Grace Adeyemi", "Customer care specialist", CARE, login=True, site=LEEDS, bound=True)
OWEN = Colleague("Owen Pritchard", "Sales manager", MANAGEMENT, site=LEEDS, bound=True)
AUDITOR = Colleague(
    "Beatrix Maas", "Lead auditor", MANAGEMENT, Role.AUDITOR, login=True, kind=EXTERNAL, bound=True
)  # fmt: skip
JOBS = tuple(sorted({c.job for c in (*FOUNDERS, GRACE, OWEN)}))
