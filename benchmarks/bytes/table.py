# SPDX-License-Identifier: Apache-2.0
"""Writes what was measured as Markdown: medians, with the least and the most in parentheses."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from benchmarks.bytes.commands import Taken
from benchmarks.bytes.profile import Profile
from benchmarks.bytes.works import BARE, OURS, TINY, Least, Work

Figures = Mapping[str, Sequence[float | None]]
"""What `benchmarks.bytes.limits` prints; None is what was not measured."""

LIMITS = {
    "sha256": ("SHA-256", "SHA-256 by `openssl speed`"),
    "blake3": ("BLAKE3", "BLAKE3 of what is in the cache"),
    "read": ("read", "read from the page cache, 256 KiB at a time"),
    "load": ("read into new memory", "the same into new memory"),
    "open": ("open", "open, read and close files of 2 KiB"),
}
"""What a limit is called in a sum, and in full."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was taken in each round, by work and who did it, or why nothing was; and the limits of each round."""

    taken: Mapping[tuple[str, str], Sequence[Taken] | str]
    limits: Sequence[Figures]

    def rounds(self, work: str, who: str = OURS) -> Sequence[Taken]:
        """Empty where it was not measured."""
        taken = self.taken[work, who]
        return () if isinstance(taken, str) else taken

    def limit(self, name: str, one_core: bool) -> float:
        """The median of a limit, a second; infinite where it was not measured."""
        each = (figures[name][0 if one_core else 1] for figures in self.limits)
        return statistics.median([figure for figure in each if figure] or [inf])


def tables(works: Sequence[Work], measured: Measured, cores: int) -> Iterator[str]:
    """The lines of both tables."""
    yield from (row("work", "ours", "peer", "ratio", "bar", "limit"), row(*["---"] * 6))
    for work in works:
        yield seconds_row(work, measured)
        if work.least.passes == ("read", "sha256"):
            yield hashing_row(work, measured)
        yield peak_row(work, measured)
    yield from ("", row("limit", "1 core", f"{cores} cores"), row(*["---"] * 3))
    for name, (_, what) in LIMITS.items():
        yield row(what, *(a_second(name, measured.limit(name, one_core)) for one_core in (True, False)))


def profile_table(profiles: Mapping[str, Profile]) -> Iterator[str]:
    """The lines of a table of where the seconds of our commands go."""
    yield row("of which", "start", "reading files", "end", "threads", "got memory", "read", "hashed", "did neither")
    yield row(*["---"] * 9)
    for name, each in profiles.items():
        clock = (each.start, each.reading, each.end)
        of_threads = (each.memory, each.read, each.hashed, each.otherwise)
        seconds = [f"{figure:.2f} s" for figure in (*clock, *of_threads)]
        yield row(name, *seconds[:3], f"{each.threads:.0f}", *seconds[3:])


def row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def seconds_row(work: Work, measured: Measured) -> str:
    def shown(rounds: Sequence[Taken]) -> str:
        seconds = [each.seconds for each in rounds]
        return f"{statistics.median(seconds):.2f} s ({min(seconds):.2f} to {max(seconds):.2f})"

    def ratio(ours: Sequence[Taken], peer: Sequence[Taken]) -> float:
        return statistics.median(one.seconds / other.seconds for one, other in zip(ours, peer, strict=True))

    return row(work.name, *compared(work, measured, shown, ratio), work.bar, least(work.least, measured))


def peak_row(work: Work, measured: Measured) -> str:
    def peak(rounds: Sequence[Taken]) -> int:
        return max(each.peak for each in rounds)

    def ratio(ours: Sequence[Taken], peer: Sequence[Taken]) -> float:
        return peak(ours) / peak(peer)

    cells = compared(work, measured, lambda rounds: megabytes(peak(rounds)), ratio)
    arrays = " and arrays" if work.least.held else ""
    bare = measured.rounds(BARE)
    limit = f"{megabytes(peak(bare) + work.least.held)}: interpreter{arrays}" if bare and work.name != BARE else ""
    return row("peak memory of that", *cells, work.peak_bar, limit)


def compared(
    work: Work,
    measured: Measured,
    shown: Callable[[Sequence[Taken]], str],
    ratio: Callable[[Sequence[Taken], Sequence[Taken]], float],
) -> tuple[str, str, str]:
    """Cells of ours, of all peers, and of the ratio to the peer that is hardest to beat."""

    def cell(who: str) -> str:
        taken = measured.taken[work.name, who]
        return f"not measured: {taken}" if isinstance(taken, str) else shown(taken)

    peers = [who for who in work.commands if who != OURS]
    ours = measured.rounds(work.name)
    ratios = [ratio(ours, rounds) for who in peers if ours and (rounds := measured.rounds(work.name, who))]
    return cell(OURS), "; ".join(f"{who} {cell(who)}" for who in peers), f"{max(ratios):.2f}x" if ratios else ""


def hashing_row(work: Work, measured: Measured) -> str:
    """Bytes a second of hashing: what the work takes beyond the same command on files of a byte."""
    alone = measured.limit("sha256", work.least.one_core)
    pairs = list(zip(measured.rounds(work.name), measured.rounds(TINY), strict=False))
    if not pairs or alone == inf:
        return row("hashing in that", "not measured", "", "", "", "")
    figure = work.least.size / statistics.median(whole.seconds - rest.seconds for whole, rest in pairs)
    reading = 1 / (1 / alone + 1 / measured.limit("read", work.least.one_core))
    return row(
        "hashing in that, beyond files of 1 byte",
        gigabytes(figure),
        "",
        f"{100 * figure / alone:.0f} % of SHA-256, {100 * figure / reading:.0f} % with reading",
        "95 % of the limit" if work.bar else "",
        f"{gigabytes(alone)}: SHA-256; {gigabytes(reading)}: read, SHA-256",
    )


def least(what: Least, measured: Measured) -> str:
    """Seconds, and of what they are the sum, as no core does two of them at a time."""
    amounts = [*((name, what.size) for name in what.passes), *([("open", what.files)] if what.files else [])]
    limits = {name: measured.limit(name, what.one_core) for name, _ in amounts}
    starts = [each.seconds for each in measured.rounds(BARE)]
    if not amounts or not starts or inf in limits.values():
        return ""
    seconds = sum(amount / limits[name] for name, amount in amounts)
    names = [LIMITS[name][0] for name, _ in amounts]
    if not what.in_process:
        seconds, names = seconds + statistics.median(starts), ["start", *names]
    return f"{seconds:.2f} s: {', '.join(names)}"


def a_second(name: str, figure: float) -> str:
    if figure == inf:
        return "not measured"
    return f"{figure:,.0f} a second" if name == "open" else gigabytes(figure)


def gigabytes(figure: float) -> str:
    return f"{figure / 1e9:.2f} GB/s"


def megabytes(size: float) -> str:
    return f"{size / 1e6:,.0f} MB"
