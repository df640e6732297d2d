"""Every bound of the client. The first group is the protocol's (PROTOCOL.md, section 4)."""

from typing import Final

LINE_BYTES_MAX: Final = 16_384
ROWS_COUNT_MAX: Final = 65_536
ROWS_UNANSWERED_MAX: Final = 8

# What the daemon may send. A hit may name every dataset that there can be; the longest honest reply is that of `GET`.
REPLY_LINE_BYTES_MAX: Final = 2 << 20
REPLY_BYTES_MAX: Final = 512 << 20
# What keeping a line costs beside its bytes.
REPLY_LINE_COST: Final = 64
COUNT_DIGITS_MAX: Final = 18

# check_many: what is asked at once, and how many such batches wait for their answers.
BATCH_IDENTIFIERS_MAX: Final = 16_384
BATCH_BYTES_MAX: Final = 1 << 20
BATCHES_UNANSWERED_MAX: Final = 4
# Different replies that check_many remembers.
ANSWERS_REMEMBERED_MAX: Final = 4_096

# A block of rows is sent when it has this many bytes. With a last row it is far from the protocol's bound.
BLOCK_BYTES: Final = 256 << 10
# Characters of the reason for a row that the caller rejects.
REJECTION_TEXT_MAX: Final = 1_000
REJECTIONS_KEPT_MAX: Final = 1_000

IDLE_CONNECTIONS_MAX: Final = 4
# How often a question is repeated until the index does not change meanwhile.
COVERAGE_TRIES_MAX: Final = 4
# A timeout starts again when this many bytes have come or gone.
PROGRESS_BYTES: Final = 64 << 10
