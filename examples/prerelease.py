# SPDX-License-Identifier: Apache-2.0
"""What a team runs before it publishes: python prerelease.py RELEASE KEY. Status 1 when something is missing."""

import sys

import openmodel


def main(release: str, key: str) -> None:
    """Builds, checks, writes the card, signs and verifies; signatures of an earlier state are replaced."""
    openmodel.build(release)
    report = openmodel.check(release, policies=["osaid-1.0", "provenance-1"])
    for finding in report.findings("unmet", "judge"):
        print(f"{finding.where}: {finding.message} {finding.fix}")
    if report.outcome == "unmet":
        sys.exit("Not released: see above.")
    openmodel.card(release)
    openmodel.sign(release, keys=[key], force=True)
    print("Ready to publish:", openmodel.verify(release, keys=[f"{key}.pub"]).outcome)


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except TypeError:
        sys.exit("Usage: python prerelease.py RELEASE KEY")
    except openmodel.OpenModelError as error:
        sys.exit(str(error))
