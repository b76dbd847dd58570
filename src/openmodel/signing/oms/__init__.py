# SPDX-License-Identifier: Apache-2.0
"""`model.sig`: a signature that the programs of OpenSSF Model Signing read, by a key or by an X.509 certificate.

- `names`: which names a list of files may hold, and which it leaves out.
- `file_list`: what is signed, version 1.0.
- `older`: what `model-signing` 0.2 signed.
- `bundle`: how it is written.
- `signer`: who signed.
- `writing`: signing, what to do with an older `model.sig`, and when there is nothing to sign with.
- `checking`: the steps of verification that are about `model.sig`.

To the byte: `docs/spec/oms.md`.
"""
