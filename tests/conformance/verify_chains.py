# SPDX-License-Identifier: Apache-2.0
"""Cases of certificates: at each place of a chain, what may vouch for whom, and what was revoked."""

from __future__ import annotations

from typing import Any

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.conformance.verify_authority import over_sha_1
from tests.conformance.verify_material import ONE, STRANGER, Case, Issued, Key, certified, issue
from tests.conformance.verify_trust import NAMED, X509, chain, revoked, trust
from tests.signing.small_release import Json
from tests.signing.trust.authorities import usage

ROOT = issue("root", authority=True)
MIDDLE = issue("middle", ROOT, authority=True, path_length=0)
LEAF = issue("leaf", MIDDLE)
WEB = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])


def positions() -> list[Case]:
    """The wrong purpose, key usage and critical extensions, at each place."""
    unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.3.6.1.4.1.55555.1"), b"\x05\x00")
    web_middle = issue("middle for the web", ROOT, authority=True, critical=WEB)
    web_root = issue("root for the web", authority=True, critical=WEB)
    no_certify = issue("root that may not certify", authority=True, key_usage=usage(sign=True, certify=False))
    odd_middle = issue("middle with more", ROOT, authority=True, critical=unknown)
    odd_root = issue("root with more", authority=True, critical=unknown)
    short = issue("root of path length 0", authority=True, path_length=0)
    below = issue("middle below path length 0", short, authority=True)
    no_code = "may not issue certificates for code signing"
    more = "critical extension 1.3.6.1.4.1.55555.1"
    return [
        chain("middle-web-server", "The certificate in between is for web servers.", _below(web_middle), ROOT, no_code),
        chain("root-web-server", "The root is for web servers.", _below(web_root)[:1], web_root, no_code),
        chain("root-may-not-certify", "The root may not certify.", _below(no_certify)[:1], no_certify, "may not sign"),
        chain(
            "leaf-critical-unknown",
            "An unknown critical extension.",
            [issue("leaf more", critical=unknown, issuer=MIDDLE), MIDDLE],
            ROOT,
            more,
        ),
        chain("middle-critical-unknown", "An unknown critical extension in between.", _below(odd_middle), ROOT, more),
        chain(
            "root-critical-unknown", "An unknown critical extension of the root.", _below(odd_root)[:1], odd_root, more
        ),
        chain("root-path-length", "An authority more than the root allows.", _below(below), short, "path length"),
        chain(
            "with-root", "The root comes with the line, for comparison.", [LEAF, MIDDLE, ROOT], ROOT, outcome="verified"
        ),
        chain("in-another-order", "The chain comes in another order.", [LEAF, ROOT, MIDDLE], ROOT, outcome="verified"),
        chain("of-the-signer-last", "The certificate of the signer comes last.", [MIDDLE, LEAF], ROOT, "signature"),
    ]


def _below(middle: Issued) -> list[Issued]:
    return [issue(f"leaf below {middle.key.name.removeprefix('certificate ')}", middle), middle]


def searches() -> list[Case]:
    """What makes a search for a chain long or leads it astray."""
    key = Key("certificate of a crowd")
    first = issue("crowd 0", key=key, authority=True)
    crowd = [
        issue("crowd", issue(f"crowd {number}", key=key, authority=True), key=key, authority=True, serial=number)
        for number in range(5)
    ]
    ring = [
        issue("ring b", issue("ring a", key=key), key=key, authority=True),
        issue("ring a", issue("ring b", key=key), key=key, authority=True),
    ]
    alone = issue("alone")
    other = issue("another root", authority=True)
    return [
        chain(
            "crowd",
            "Five authorities of one name and one key, which could follow each other in any order.",
            [issue("leaf of a crowd", first), *crowd],
            ROOT,
            "have the same subject",
        ),
        chain(
            "ring",
            "Two authorities that vouch for each other.",
            [issue("leaf of a ring", ring[1]), *ring],
            ROOT,
            "leads to no root",
        ),
        chain("self-signed", "A certificate that its holder signed himself.", [alone], ROOT, "leads to no root"),
        chain("self-signed-with-root", "The same, beside the root.", [alone, ROOT], ROOT, "leads to no root"),
        chain(
            "own-root",
            "The signer brings a root of his own.",
            [issue("leaf e", other), other],
            ROOT,
            "leads to no root",
        ),
        chain(
            "twin-of-root",
            "The signer brings a root of the same name and number.",
            [issue("leaf of a twin", _twin()), _twin()],
            ROOT,
            "not signed by the authority",
        ),
        chain(
            "leaf-as-authority",
            "The holder of a certificate issues one.",
            [issue("leaf below leaf", LEAF), LEAF, MIDDLE],
            ROOT,
            "is none (basic constraints)",
        ),
    ]


def _twin() -> Issued:
    return issue("root", authority=True, key=STRANGER)


def names() -> list[Case]:
    """Whom a certificate names, and whom its authorities may name."""
    organisation = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Example")])
    only = {
        "email": (x509.RFC822Name("example.com"), "may not give"),
        "directory": (x509.DirectoryName(organisation), "not checked here"),
    }
    cases = []
    for kind, (name, place) in only.items():
        middle = issue(f"middle for {kind}", ROOT, authority=True, critical=x509.NameConstraints([name], None))
        cases.append(chain(f"names-{kind}", f"The authority may name others ({kind}).", _below(middle), ROOT, place))
    careless = x509.NameConstraints([x509.DirectoryName(organisation)], None)
    excluded = x509.NameConstraints(None, [x509.RFC822Name("release@example.org")])
    allowed = x509.NameConstraints([x509.RFC822Name("example.org")], None)
    top = issue("root for names", authority=True, critical=x509.NameConstraints([x509.RFC822Name("example.com")], None))
    return [
        *cases,
        chain(
            "names-directory-not-critical",
            "The same, and the constraint is not marked critical.",
            _below(issue("middle for some", ROOT, authority=True, besides=careless)),
            ROOT,
            "not checked here",
        ),
        chain(
            "names-excluded",
            "The authority may not name this one.",
            _below(issue("middle not for it", ROOT, authority=True, critical=excluded)),
            ROOT,
            "may not give",
        ),
        chain(
            "names-allowed",
            "The authority may name this one, for comparison.",
            _below(issue("middle for it", ROOT, authority=True, critical=allowed)),
            ROOT,
            outcome="verified",
        ),
        chain("names-of-root", "The root may name others.", [issue("leaf for names", top)], top, "may not give"),
        _two(
            "root-of-another",
            "Ben's authority names Ada, for whom hers alone vouches.",
            "certificate leads to another root",
            {"root": "Ada's"},
        ),
        _two("root-of-its-own", "The same, where each may vouch, for comparison.", "", {}),
    ]


def _two(name: str, attack: str, place: str, member: Json) -> Case:
    ada, ben = issue("root of Ada", authority=True), issue("root of Ben", authority=True)
    roots = [{"pem": ada.pem, "name": "Ada's"}, {"pem": ben.pem, "name": "Ben's"}]
    beside = trust(roots=roots, identities=[{**NAMED[0], **member}, {"name": "Ben", "email": "ben@example.org"}])
    found: dict[str, Any] = {"steps": [3]} if place else {"outcome": "verified"}
    make = certified([issue("leaf of Ben's root", ben)])
    return Case(
        f"certificate-{name}",
        "certificates",
        attack,
        make,
        X509,
        place=place,
        arguments={"trust": "trust.json"},
        beside=beside,
        **found,
    )


def kinds() -> list[Case]:
    """RSA above, and never below."""
    top = issue("root rsa", authority=True, key=Key("rsa", "rsa"))
    middle, weak = issue("middle rsa", top, authority=True), "SHA-256 or longer"
    return [
        chain(
            "rsa",
            "A root with an RSA key, for comparison.",
            [issue("leaf rsa", middle), middle],
            top,
            outcome="verified",
        ),
        chain(
            "rsa-expired",
            "The same, and the certificate in between is expired.",
            _below(issue("middle rsa expired", top, authority=True, years=(2020, 2021))),
            top,
            "expired or not yet valid: that of CN=openmodel test only middle rsa expired",
        ),
        chain(
            "rsa-of-another",
            "A chain to one root, where the other is trusted.",
            [issue("leaf rsa", middle), middle],
            ROOT,
            "leads to no root",
        ),
        chain(
            "root-sha-1",
            "The root signed itself over SHA-1, which proves nothing either way, for comparison.",
            [LEAF, MIDDLE],
            over_sha_1(ROOT, ROOT),
            outcome="verified",
        ),
        chain("leaf-sha-1", "Certified over SHA-1.", [over_sha_1(LEAF, MIDDLE), MIDDLE], ROOT, weak),
        chain(
            "middle-sha-1", "The one in between is certified over SHA-1.", [LEAF, over_sha_1(MIDDLE, ROOT)], ROOT, weak
        ),
        chain(
            "algorithm-not-allowed",
            "The key in the certificate is of a kind that is not allowed.",
            [LEAF, MIDDLE],
            ROOT,
            "not among the allowed",
            trust={"algorithms": ["ecdsa-p384-sha384"]},
        ),
    ]


def revocations() -> list[Case]:
    """What was revoked, however it is named."""

    def case(name: str, attack: str, row: Json, **more: Any) -> Case:
        place = "" if more else "its certificate is revoked"
        place = "is revoked" if "key" in row and not more else place
        return chain(f"revoked-{name}", attack, [LEAF, MIDDLE], ROOT, place, trust={"revocations": [row]}, **more)

    then, later = {"effective": "2025-01-02T00:00:00Z"}, {"effective": "2098-01-01T00:00:00Z"}
    by_number = revoked(LEAF)
    other_way = {**by_number["certificate"], "issuer": "CN = openmodel TEST only middle"}
    return [
        case("root", "The root was revoked.", revoked(ROOT)),
        case("root-key", "The key of the root was revoked.", {"key": ROOT.key.id, **then}),
        case("middle-key", "The key of the authority in between was revoked.", {"key": MIDDLE.key.id, **then}),
        case("leaf-key", "The key of the signer was revoked.", {"key": LEAF.key.id, **then}),
        case(
            "leaf-fingerprint", "The certificate was revoked by its digest.", {"fingerprint": LEAF.fingerprint, **then}
        ),
        case("middle-fingerprint", "The one in between was.", {"fingerprint": MIDDLE.fingerprint, **then}),
        case("leaf-spelled-otherwise", "The issuer is written in another way.", {"certificate": other_way, **then}),
        case("later", "It will be revoked, for comparison.", {"key": LEAF.key.id, **later}, outcome="verified"),
        case(
            "number-of-another",
            "Another issuer's certificate of that number was, for comparison.",
            {"certificate": {**by_number["certificate"], "issuer": "CN=Other"}, **then},
            outcome="verified",
        ),
        Case(
            "certificate-revoked-issuer-unreadable",
            "certificates",
            "An issuer that cannot be read, so that nothing would be revoked.",
            certified([LEAF, MIDDLE]),
            X509,
            place="-nameopt RFC2253",
            error="DocumentError",
            arguments={"trust": "trust.json"},
            beside=trust(
                roots=[{"pem": ROOT.pem}],
                identities=NAMED,
                revocations=[{"certificate": {**by_number["certificate"], "issuer": "/CN=Example CA"}, **then}],
            ),
        ),
    ]


def by_key() -> list[Case]:
    """With plain keys a certificate only carries the key: what is named is trusted as it is."""
    expired = issue("leaf of a named key", MIDDLE, key=ONE, years=(2020, 2021))
    return [
        Case(
            "certificate-of-a-named-key-expired",
            "certificates",
            "The key is given by --key, and the certificate that carries it is expired: the key counts.",
            certified([expired]),
            X509,
            outcome="verified",
        ),
        Case(
            "certificate-of-a-key-not-named",
            "certificates",
            "The certificate carries another key than the one that is given.",
            certified([LEAF, MIDDLE]),
            X509,
            [3],
            "was not given",
        ),
    ]


CASES = [*positions(), *searches(), *names(), *kinds(), *revocations(), *by_key()]
