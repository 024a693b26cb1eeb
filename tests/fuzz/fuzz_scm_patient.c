/* fuzz_scm_patient.c: bytes as a patient's file to a made-up model: an object, a table or a Bundle
 * with a fixed mapping; a text {"map": ..., "bundle": ...} also as mapping and Bundle; and any
 * object as the arguments of a question. What is read holds variables and values of the model
 * alone. */
#include "scm/ask/patient.h"
#include "scm/ask/patient_fhir.h"
#include "scm/ask/request.h"
#include "scm/load.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char model[] =
    "{\"schema\":\"warrant/scm/1\",\"name\":\"made up\",\"variables\":["
    "{\"name\":\"z\",\"values\":[\"0\",\"1\"],\"cpt\":{\"rows\":[{\"p\":[0.25,0.75]}]}},"
    "{\"name\":\"sex\",\"values\":[\"female\",\"male\"],\"cpt\":{\"rows\":[{\"p\":[0.5,0.5]}]}}]}";
static const char mapping[] =
    "{\"Patient.gender\":\"sex\",\"Observation.valueQuantity.value\":{\"variable\":\"z\","
    "\"values\":{\"0\":\"0\",\"1\":\"1\"},\"when\":{\"code.coding.code\":\"made-up\"}}}";

static void need(bool holds) {
    if (!holds)
        abort();
}

static void need_told(wrt_status status, const wrt_err *err) {
    need(status == WRT_OK || (err->code == status && err->message[0] != '\0'));
}

static void read_patient(const wrt_scm *scm, wrt_str text, const wrt_scm_patient_choice *choice) {
    wrt_json *values = NULL, *unused = NULL;
    wrt_err err = {0};
    wrt_status status = wrt_scm_patient_read(&values, &unused, scm, text, choice, &err);
    need_told(status, &err);
    need((status == WRT_OK) == (values != NULL) && unused != NULL);
    WRT_JSON_EACH(value, values) {
        size_t variable = 0, index = 0;
        need(wrt_scm_find(&variable, scm, wrt_json_key(value), NULL) == WRT_OK);
        need(wrt_scm_find_value(&index, scm, variable, wrt_json_text(value), NULL) == WRT_OK);
    }
    wrt_json_free(values);
    wrt_json_free(unused);
}

static void read_objects(const wrt_json *given) {
    wrt_json *values = NULL;
    wrt_scm_request request;
    wrt_err err = {0};
    need_told(
        wrt_scm_fhir_map(&values, wrt_json_get(given, "bundle"), wrt_json_get(given, "map"), &err),
        &err);
    wrt_json_free(values);
    err = (wrt_err){0};
    wrt_status status = wrt_scm_request_read(&request, given, &err);
    need_told(status, &err);
    need(status != WRT_OK || (request.shard <= request.shards && request.seeds >= 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    wrt_str text = {(const char *)data, size};
    wrt_scm *scm = NULL;
    wrt_json *map = NULL, *given = NULL;
    need(wrt_scm_load_text(&scm, NULL, WRT_STR(model), NULL) == WRT_OK);
    need(wrt_json_parse(&map, WRT_STR(mapping), NULL) == WRT_OK);
    read_patient(scm, text, &(wrt_scm_patient_choice){.mapping = map});
    read_patient(scm, text, &(wrt_scm_patient_choice){.row = 2});
    read_patient(scm, text, &(wrt_scm_patient_choice){.id = "b"});
    if (wrt_json_parse(&given, text, NULL) == WRT_OK)
        read_objects(given);
    wrt_json_free(given);
    wrt_json_free(map);
    wrt_scm_free(scm);
    return 0;
}
