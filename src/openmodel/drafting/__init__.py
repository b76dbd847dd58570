# SPDX-License-Identifier: Apache-2.0
"""Drafting `openmodel.yaml` from a release that has none.

`tree` reads, bounded; `card`, `markdown`, `datasets`, `parents`, `training`, `licence`, `package`, `repository` and
`components` each find one kind of fact; `survey` gathers them, `sections` and `making` put them into sections, and
`outline` writes those as YAML with comments.
"""

from __future__ import annotations

from openmodel.drafting.draft import Draft, init

__all__ = ["Draft", "init"]
