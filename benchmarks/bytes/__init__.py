# SPDX-License-Identifier: Apache-2.0
"""Measures hashing, verifying and loading against other tools, and against what the machine can do at most.

    python -m benchmarks.bytes [--rounds 9] [--size 1024] [--folder FOLDER]

Prints the tables of `docs/performance.md`, "Bytes".
"""
