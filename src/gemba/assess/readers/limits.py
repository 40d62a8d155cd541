"""How much of a file is read. A file may come from anyone: each limit keeps one file from taking the whole run down."""

MEBIBYTE = 1024 * 1024

MAX_FILE = 100 * MEBIBYTE
"""Larger than any text document; what is larger is a film, a disk image or an attack."""

MAX_TEXT = 5 * MEBIBYTE
"""Of Markdown, HTML, csv and plain text, in bytes: some 2,500 pages. Parsers need about fifty times this in memory."""

MAX_UNPACKED = 200 * MEBIBYTE
"""All members of a docx or xlsx together, counted while unpacking: the sizes an archive states of itself may lie."""

MAX_PART = 50 * MEBIBYTE
"""One XML part of a docx or xlsx: a parsed part takes about ten times its size in memory."""

MAX_RATIO = 100
"""Unpacked to packed size. Office XML packs about 10 to 1; deflate cannot reach beyond 1,032 to 1."""

RATIO_FLOOR = 5 * MEBIBYTE
"""Below this unpacked size the ratio is not looked at: a small, very regular sheet may pack better than 100 to 1."""

MAX_MEMBERS = 10_000
"""Archive members. A real document has some dozens, with many pictures some hundreds."""

MAX_PAGES = 2_000
"""Pages of a PDF that are read."""

MAX_CELLS = 1_000_000
"""Cells of a workbook or csv file that are read; a sheet may state 16,384 columns on a million rows."""

MAX_BLOCKS = 200_000
"""Blocks of one document."""

MAX_ANCHORS = 1_000
"""Named places of one document that links may lead to."""

MAX_DEPTH = 100
"""Nesting of lists, tables and elements that is followed."""

MAX_FRONT_MATTER = 64 * 1024
"""Characters of front matter; it holds a dozen fields, and its parser is slow."""

MAX_SHOWN = 200
"""Characters of a file's own content repeated in a problem sentence."""
