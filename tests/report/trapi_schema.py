"""JSON Schemas of a TRAPI response, versions 1.5 and 2.0, written after TranslatorReasonerAPI.yaml of
github.com/NCATSTranslator/ReasonerAPI (tags v1.5.0 and v2.0.0-beta), as far as a message of ours uses
it. Stricter than the YAML where our contract is: no null, no empty array, nothing unknown."""

TEXT = {"type": "string", "minLength": 1}
CURIE = {"type": "string", "pattern": "^[^\\s:]+:[^\\s]+$"}
CATEGORY = {"type": "string", "pattern": "^biolink:[A-Z][a-zA-Z]*$"}
PREDICATE = {"type": "string", "pattern": "^biolink:[a-z][a-z_]*$"}
LEVELS = ["knowledge_assertion", "logical_entailment", "prediction", "statistical_association", "observation",
          "not_provided"]
AGENTS = ["manual_agent", "automated_agent", "data_analysis_pipeline", "computational_model",
          "text_mining_agent", "image_processing_agent", "manual_validation_of_automated_agent", "not_provided"]
ROLES = ["primary_knowledge_source", "aggregator_knowledge_source", "supporting_data_source"]


def thing(required, **members):
    return {"type": "object", "properties": members, "required": required, "additionalProperties": False}


def some(item):
    return {"type": "array", "items": item, "minItems": 1}


def by_name(item):
    return {"type": "object", "additionalProperties": item, "minProperties": 1}


ATTRIBUTE = thing(["attribute_type_id", "value"], attribute_type_id=CURIE, original_attribute_name=TEXT,
                  value={"not": {"type": "null"}}, value_type_id=CURIE, attribute_source=TEXT, value_url=TEXT)
SOURCE = thing(["resource_id", "resource_role"], resource_id={"type": "string", "pattern": "^infores:[a-z0-9._-]+$"},
               resource_role={"enum": ROLES}, upstream_resource_ids=some(CURIE), source_record_urls=some(TEXT))
QUALIFIER = thing(["qualifier_type_id", "qualifier_value"],
                  qualifier_type_id={"type": "string", "pattern": "^biolink:[a-z][a-z_]*$"}, qualifier_value=TEXT)
QUERY_GRAPH = thing(
    ["nodes", "edges"],
    nodes=by_name(thing([], ids=some(CURIE), categories=some(CATEGORY))),
    edges=by_name(thing(["subject", "object"], subject=TEXT, object=TEXT, predicates=some(PREDICATE),
                        knowledge_type={"enum": ["lookup", "inferred"]})))


def response(version):
    """The schema for "1.5" or "2.0"."""
    two = version == "2.0"
    ids = thing(["ids"], ids=some(TEXT))
    one = thing(["id", "attributes"], id=TEXT, attributes=some(ATTRIBUTE))
    binding = ids if two else some(one)
    edge = {"subject": CURIE, "object": CURIE, "predicate": PREDICATE, "sources": some(SOURCE),
            "attributes": some(ATTRIBUTE), "qualifiers": some(QUALIFIER)}
    edge_needs = ["subject", "object", "predicate", "sources"]
    if two:
        edge.update(knowledge_level={"enum": LEVELS}, agent_type={"enum": AGENTS})
        edge_needs += ["knowledge_level", "agent_type"]
    node = thing(["categories"] if two else ["categories", "attributes"], name=TEXT, categories=some(CATEGORY),
                 attributes=some(ATTRIBUTE))
    graph = thing(["edges"] if two else ["edges", "attributes"], edges=some(TEXT), attributes=some(ATTRIBUTE))
    analysis = thing(["resource_id", "edge_bindings"], resource_id=CURIE, edge_bindings=by_name(binding))
    result = thing(["node_bindings", "analyses"], node_bindings=by_name(binding), analyses=some(analysis))
    message = thing(["knowledge_graph"], query_graph=QUERY_GRAPH, results=some(result),
                    knowledge_graph=thing(["nodes", "edges"], nodes=by_name(node),
                                          edges=by_name(thing(edge_needs, **edge))),
                    auxiliary_graphs=by_name(graph))
    return thing(["message", "schema_version"], message=message, status=TEXT, description=TEXT,
                 schema_version={"const": "2.0.0" if two else "1.5.0"}, biolink_version=TEXT)
