# SPDX-License-Identifier: Apache-2.0
"""Weights against a tensor root that somebody signed: loading them verified, and proofs of a part of them.

How the root is made is in `openmodel.inventory`, and that it is signed in `openmodel.signing`.
"""
