# SPDX-License-Identifier: Apache-2.0
"""Cases of `verify --trust` and `--state`: certificates at each position, who counts, and what was seen before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cryptography.x509.oid import ExtendedKeyUsageOID

from tests.conformance.verify_material import (
    ED25519,
    ONE,
    STRANGER,
    TWO,
    Case,
    Issued,
    Key,
    bundle,
    certified,
    issue,
    lines,
    put,
    release,
    said,
    write_signatures,
)
from tests.conformance.verify_signatures import malleated, resigned
from tests.signing.small_release import Json, payload_of
from tests.signing.trust.authorities import usage

X509 = "sigstore test/assets/x509/build-testcases.py; OMS specification#15; OMS hole 7"
TUF = "python-tuf test_updater_top_level_update.py"
TRUST = {"trust": "trust.json"}
NAMED = [{"name": "Ada", "email": "release@example.org"}]
Make = Callable[[Path], object]


def trust(**members: Any) -> dict[str, Any]:
    return {"trust.json": {"openmodel_trust": "1-draft", **members}}


def listed(*keys: Key, **more: Any) -> dict[str, Any]:
    """A trust file with keys; `more` as members, or as members of every key."""
    period = {name: more.pop(name) for name in ("valid_from", "valid_until") if name in more}
    return trust(keys=[{"name": f"holder of {key.name}", "pem": key.pem, **period} for key in keys], **more)


def chain(name: str, attack: str, certificates: Sequence[Issued], root: Issued, place: str = "", **more: Any) -> Case:
    beside = trust(roots=[{"pem": root.pem}], identities=NAMED, **more.pop("trust", {}))
    steps = [] if more.get("outcome") else [3]
    return Case(
        f"certificate-{name}",
        "certificates",
        attack,
        certified(certificates),
        X509,
        steps,
        place,
        arguments=TRUST,
        beside=beside,
        **more,
    )


def certificates() -> list[Case]:
    root = issue("root", authority=True)
    middle = issue("middle", root, authority=True, path_length=0)
    leaf = issue("leaf", middle)
    past, future = (2020, 2021), (2098, 2099)
    web = ExtendedKeyUsageOID.SERVER_AUTH
    old_root, new_root = issue("root old", authority=True, years=past), issue("root new", authority=True, years=future)
    cases = [
        chain("valid", "A chain that is as it should be, for comparison.", [leaf, middle], root, outcome="verified")
    ]
    for when, years in (("expired", past), ("not-yet-valid", future)):
        between = issue(f"middle {when}", root, authority=True, years=years)
        top = old_root if when == "expired" else new_root
        cases += [
            chain(
                f"{when}-leaf",
                f"The certificate of the signer is {when}.",
                [issue(f"leaf {when}", middle, years=years), middle],
                root,
                "valid",
            ),
            chain(
                f"{when}-middle",
                f"The certificate in between is {when}.",
                [issue(f"leaf below {when}", between), between],
                root,
                "valid",
            ),
            chain(f"{when}-root", f"The root is {when}.", [issue(f"leaf of {when} root", top)], top, "valid"),
        ]
    no_authority = issue("middle no authority", root, authority=False, key_usage=usage(sign=True, certify=True))
    no_constraints = issue("middle no constraints", root, key_usage=usage(sign=True, certify=True))
    no_certify = issue("middle no certify", root, authority=True, key_usage=usage(sign=True, certify=False))
    below = issue("below path length", middle, authority=True)
    other = issue("another root", authority=True)
    return [
        *cases,
        chain(
            "leaf-web-server",
            "The certificate is for web servers.",
            [issue("leaf web", middle, purpose=web), middle],
            root,
            place="not for code signing",
        ),
        chain(
            "leaf-any-purpose",
            "The certificate is for any purpose.",
            [issue("leaf any", middle, purpose=ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE), middle],
            root,
            place="not for code signing",
        ),
        chain(
            "leaf-without-purpose",
            "The certificate has no extended key usage.",
            [issue("leaf none", middle, purpose=None), middle],
            root,
            place="no extended key usage",
        ),
        chain(
            "leaf-key-usage",
            "The key usage of the certificate has no digital signatures.",
            [issue("leaf usage", middle, key_usage=usage(sign=False)), middle],
            root,
            place="not for digital signatures",
        ),
        chain("leaf-is-authority", "An authority signed itself.", [middle], root, place="not for digital signatures"),
        chain(
            "leaf-other-name",
            "The certificate names somebody else.",
            [issue("leaf evil", middle, email="evil@example.org"), middle],
            root,
            "names nobody",
        ),
        chain(
            "leaf-name-in-other-case",
            "The certificate spells the address in another case.",
            [issue("leaf case", middle, email="Release@example.org"), middle],
            root,
            "names nobody",
        ),
        chain(
            "middle-no-authority",
            "The certificate in between says that it is no authority.",
            [issue("leaf a", no_authority), no_authority],
            root,
            place="is none (basic constraints)",
        ),
        chain(
            "middle-no-constraints",
            "The certificate in between has no basic constraints.",
            [issue("leaf b", no_constraints), no_constraints],
            root,
            place="is none (basic constraints)",
        ),
        chain(
            "middle-may-not-certify",
            "The certificate in between may not sign certificates.",
            [issue("leaf c", no_certify), no_certify],
            root,
            place="may not sign certificates",
        ),
        chain("middle-missing", "The certificate in between is missing.", [leaf], root, place="leads to no root"),
        chain(
            "path-length",
            "An authority more than the path length allows.",
            [issue("leaf d", below), below, middle],
            root,
            place="path length",
        ),
        chain(
            "root-other",
            "The chain leads to a root that nobody named.",
            [issue("leaf e", other), other],
            root,
            place="its certificate does not count",
        ),
        chain(
            "root-same-name",
            "The chain leads to a root of the same name with another key.",
            forged_root(),
            root,
            place="its certificate does not count",
        ),
        chain(
            "of-another-key",
            "The certificate is of another key than the one that signed.",
            [Issued(leaf.certificate, STRANGER), middle],
            root,
            "not one of this key on this payload",
        ),
        chain("too-many", "A chain of 7 certificates.", [leaf, *[middle] * 6], root, place="7 certificates"),
        chain(
            "revoked-leaf",
            "The certificate was revoked.",
            [leaf, middle],
            root,
            "revoked",
            trust={"revocations": [revoked(leaf)]},
        ),
        chain(
            "revoked-middle",
            "The certificate in between was revoked.",
            [leaf, middle],
            root,
            "revoked",
            trust={"revocations": [revoked(middle)]},
        ),
    ]


def forged_root() -> list[Issued]:
    false = issue("root", authority=True, key=STRANGER)
    return [issue("leaf of the false root", false), false]


def revoked(one: Issued) -> Json:
    names = {"issuer": one.certificate.issuer.rfc4514_string(), "serial": f"{one.certificate.serial_number:X}"}
    if len(names["serial"]) % 2:
        names["serial"] = "0" + names["serial"]
    serial = names["serial"]
    names["serial"] = ":".join(serial[at : at + 2] for at in range(0, len(serial), 2))
    return {"certificate": names, "effective": "2025-01-02T00:00:00Z"}


def counting() -> list[Case]:
    row = "thresholds, rotation and revocation"
    both = listed(ONE, TWO, threshold=2)
    same = trust(
        keys=[{"name": "Ada", "pem": key.pem} for key in (ONE, TWO)] + [{"name": "Ben", "pem": ED25519.pem}],
        threshold=2,
    )
    good = said(lambda _: None)
    past = {"effective": "2025-01-02T00:00:00Z"}

    def case(name: str, attack: str, make: Make, beside: dict[str, Any], place: str = "", **more: Any) -> Case:
        steps = more.pop("steps", [3])
        return Case(
            f"trust-{name}",
            row,
            attack,
            make,
            "in-toto test_verifylib.py; python-tuf test_updater_key_rotations.py",
            steps,
            place,
            arguments=TRUST,
            beside=beside,
            **more,
        )

    return [
        case("one-of-two", "One of the two that have to have signed did.", good, both, place="1 of the identities"),
        case(
            "one-twice",
            "One of two signed in two lines.",
            lines(lambda text: [bundle(ONE, text)] * 2),
            both,
            place="1 of the identities",
        ),
        case(
            "one-malleated",
            "One of two signed, and the second line is the other form of that signature.",
            lines(lambda text: [bundle(ONE, text), *resigned(malleated)(text)]),
            both,
            place="1 of the identities",
        ),
        case(
            "two-keys-of-one",
            "Two keys of one person signed.",
            lines(lambda text: [bundle(ONE, text), bundle(TWO, text)]),
            same,
            place="1 of the identities",
        ),
        case(
            "with-stranger",
            "One of two signed, and somebody who is not listed.",
            lines(lambda text: [bundle(ONE, text), bundle(STRANGER, text)]),
            both,
            place="not in the trust file",
        ),
        case(
            "two-of-two",
            "Both signed, for comparison.",
            lines(lambda text: [bundle(ONE, text), bundle(TWO, text)]),
            both,
            steps=[],
            outcome="verified",
        ),
        case(
            "algorithm-not-allowed",
            "An Ed25519 key signed, where ECDSA is asked for.",
            said(lambda _: None, ED25519),
            listed(ED25519, ONE, algorithms=["ecdsa-p256-sha256"]),
            place="ed25519",
        ),
        case(
            "key-revoked", "The key was revoked.", good, listed(ONE, revocations=[{"key": ONE.id, **past}]), "revoked"
        ),
        case(
            "key-expired",
            "The key was valid until 2025.",
            good,
            listed(ONE, valid_until="2025-06-01T00:00:00Z"),
            "until 2025-06-01",
        ),
        case(
            "key-not-yet-valid",
            "The key is valid from 2098 on.",
            good,
            listed(ONE, valid_from="2098-01-01T00:00:00Z"),
            "from 2098-01-01",
        ),
        case(
            "below-lowest-sequence",
            "An older release than the lowest that is trusted.",
            good,
            listed(ONE, minimum_sequence={"toy": 4}),
            "4",
            steps=[17],
        ),
    ]


def seen(
    sequence: int, *, issued: str = "2025-01-31T12:00:00Z", checked: str = "2025-02-01T00:00:00Z"
) -> dict[str, Any]:
    row = {"sequence": sequence, "manifest_sha256": "0" * 64, "issued": issued, "seen": "2025-02-01T00:00:00Z"}
    return {
        "state.json": {"openmodel_state": "1-draft", "checked": checked, "releases": {"toy": {f"key {ONE.id}": row}}}
    }


def replays() -> list[Case]:
    state = {"state": "state.json"}
    good = said(lambda _: None)

    def case(name: str, attack: str, beside: dict[str, Any], steps: Sequence[int], place: str, **more: Any) -> Case:
        make = more.pop("make", good)
        return Case(
            f"state-{name}",
            "replay",
            attack,
            make,
            f"{TUF}; OMS hole 10",
            steps,
            place,
            arguments=state,
            beside=beside,
            **more,
        )

    broken = seen(2)
    broken["state.json"]["more"] = 1
    return [
        case(
            "older",
            "An older release, whole and validly signed, after a newer one was seen.",
            seen(5),
            [18],
            "sequence 5",
        ),
        case("newer", "A newer release than was seen, for comparison.", seen(2), [], "", outcome="verified"),
        case(
            "same-sequence",
            "Another manifest under the sequence that was seen.",
            seen(3),
            [18],
            "another openmodel.json",
        ),
        case(
            "after-fast-forward",
            "After a sequence of 2^53 - 1 was seen, nothing else counts.",
            seen(2**53 - 1),
            [18],
            "9007199254740991",
        ),
        case(
            "clock-back",
            "The clock is far behind the last check.",
            seen(2, checked="2099-01-01T00:00:00Z"),
            [19],
            "2099",
        ),
        case(
            "broken",
            "The state has a member that nobody knows: an error, never taken for an empty one.",
            broken,
            [],
            "state.json",
            error="DocumentError",
        ),
        case(
            "without-sequence",
            "A release without a sequence, which could be any.",
            seen(2),
            [18],
            "sequence",
            make=unnumbered,
        ),
        case(
            "claims-higher-sequence",
            "An older release whose statement claims a higher sequence.",
            seen(5),
            [8],
            "sequence",
            make=said(put("predicate", "sequence", value=6)),
        ),
    ]


def unnumbered(root: Path) -> None:
    statement = release(root, lambda document: document["release"].pop("sequence"))
    statement["predicate"].pop("sequence")
    write_signatures(root, bundle(ONE, payload_of(statement)))


CASES = [*certificates(), *counting(), *replays()]
