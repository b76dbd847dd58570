# SPDX-License-Identifier: Apache-2.0
"""RFC 3161 timestamps over signatures: when a signature was there at the latest, by the clock of an authority.

`authority` asks for one, over the network, when the user names it; nothing else imports it. `checking` says, offline,
what one proves. Both need the extra `timestamps`, and import its library only then.
"""

from __future__ import annotations

from openmodel.signing.timestamps.checking import Dated, load_roots, timestamp_of

__all__ = ["Dated", "load_roots", "timestamp_of"]
