"""Which characters the fonts inside the typesetter can show. PDF/A refuses a page with one that they cannot.

Found by setting every assigned character once, with Libertinus Serif and DejaVu Sans Mono. Scripts that need shaping
are left out: whether they can be shown depends on their neighbours.
"""

import re

LACKING = "\N{WHITE SQUARE}"
_SHOWN = (
    "20-7e,a0-377,37a-37f,384-38a,38c,38e-3a1,3a3-4ff,510-513,51a-51d,10d0-10ff,1d00-1f15,1f18-1f1d,1f20-1f45,"
    "1f48-1f4d,1f50-1f57,1f59,1f5b,1f5d,1f5f-1f7d,1f80-1fb4,1fb6-1fc4,1fc6-1fd3,1fd6-1fdb,1fdd-1fef,1ff2-1ff4,"
    "1ff6-1ffe,2000-200d,2010-2029,202f-2040,2042,2044-2052,2054-205f,2070-2071,2074-208e,2090-209c,20a0-20c0,"
    "2100-211e,2120,2122,2124,2126-2151,2153-2184,2189,2190-23ff,2422-2423,2460-262f,2638-268b,2690-269c,26a0-26a7,"
    "26aa-26b2,2701-2704,2706-2709,270c-2727,2729-274b,274d,274f-2752,2756,2758-275e,2761-277f,2794,2798-27af,"
    "27b1-2b73,2b76-2b95,2b97-2bff,2c60-2c7f,fb00-fb06"
)
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]+")


def _class(ranges: str) -> str:
    ends = (each.partition("-")[::2] for each in ranges.split(","))
    return "".join(f"\\U{int(first, 16):08x}-\\U{int(last or first, 16):08x}" for first, last in ends)


_UNSHOWN = re.compile(f"[^{_class(_SHOWN)}]")
_BEYOND_LATIN = re.compile("[^\x20-\x7e\xa0-\xff]")


def showable(text: str) -> str:
    """The text with spaces for controls and a square for every character the fonts lack."""
    return _UNSHOWN.sub(LACKING, _CONTROLS.sub(" ", text))


def latin(text: str) -> str:
    """The narrowest form: Western European letters only, a question mark for all else."""
    return _BEYOND_LATIN.sub("?", _CONTROLS.sub(" ", text))
