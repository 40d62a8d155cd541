"""After a crash: raise one more objective and change every one that may still change."""

import django

django.setup()

from gemba.kernel.actions.write import Edit  # noqa: E402
from gemba.kernel.people.models import Person  # noqa: E402
from gemba.kernel.trail.startup import refuse_without_trail  # noqa: E402
from gemba.modules.objective.models import Objective  # noqa: E402
from tests.kernel.people import as_  # noqa: E402
from tests.kernel.samples import raised  # noqa: E402

refuse_without_trail()
quality = Person.objects.get(name="Aino")
raised(quality)
for record in Objective._base_manager.filter(state="draft"):
    Edit(record=record, values={"unit": "after"}, **as_(quality)).execute()
