# SPDX-License-Identifier: Apache-2.0
"""`python -m openmodel`."""

from __future__ import annotations

from openmodel.cli import main

main()
