# SPDX-License-Identifier: Apache-2.0
"""What a file of a release is, told by its content, and whether loading it could run code.

`recognising` asks one module after the other; `docs/formats.md` says how each tells its format and what it can miss.
"""
