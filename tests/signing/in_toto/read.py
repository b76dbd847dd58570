# SPDX-License-Identifier: Apache-2.0
# mypy: ignore-errors
"""Run in an environment with in-toto-attestation: reads statements of standard input, one a line, as protocol buffers,
refuses fields that it does not know, and prints what it read as JSON, a line each."""

import json
import sys

from google.protobuf import json_format
from in_toto_attestation.predicates.provenance.v1 import provenance_pb2
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.resource_descriptor import ResourceDescriptor
from in_toto_attestation.v1.statement import Statement

for line in sys.stdin:
    parsed = json_format.Parse(line, statement_pb2.Statement())
    statement = Statement.copy_from_pb(parsed)
    statement.validate()
    predicate = json_format.MessageToDict(parsed.predicate)
    if parsed.predicate_type == "https://slsa.dev/provenance/v1":
        provenance = json_format.ParseDict(predicate, provenance_pb2.Provenance())
        for descriptor in [*provenance.build_definition.resolved_dependencies, *provenance.run_details.byproducts]:
            ResourceDescriptor.copy_from_pb(descriptor).validate()
        predicate = json_format.MessageToDict(provenance)
    sys.stdout.write(json.dumps(json_format.MessageToDict(parsed) | {"predicate": predicate}) + "\n")
