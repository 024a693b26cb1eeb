/* shard.c: draws as JSON and back. */
#include "effect/resample/shard.h"

#include "effect/resample/bootstrap.h"

#include <math.h>
#include <string.h>

static const char schema[] = "warrant/bootstrap-shard/1";

wrt_json *wrt_shard_write(const double *values, size_t draws, size_t shard, size_t shards,
                          const char *id) {
    wrt_json *all = wrt_json_new_object(), *list = wrt_json_new_array();
    wrt_json_set_text(all, "schema", schema);
    wrt_json_set_text(all, "id", id);
    wrt_json_set_int(all, "draws", (int64_t)draws);
    wrt_json_set_int(all, "shard", (int64_t)shard);
    wrt_json_set_int(all, "shards", (int64_t)shards);
    for (size_t b = shard; b < draws; b += shards)
        wrt_json_push(list,
                      isfinite(values[b]) ? wrt_json_new_number(values[b]) : wrt_json_new_null());
    wrt_json_set(all, "values", list);
    return all;
}

typedef struct {
    const char *id;
    size_t draws, shards;
} run;

/* A whole number from low to high, or false. */
static bool read_count(size_t *out, const wrt_json *object, const char *key, size_t low,
                       size_t high) {
    const wrt_json *value = wrt_json_get(object, key);
    double number = wrt_json_number(value, -1.0);
    if (!wrt_json_is_integer(value) || number < (double)low || number > (double)high)
        return false;
    *out = (size_t)number;
    return true;
}

static wrt_status read_run(run *out, const wrt_json *shard, size_t at, wrt_err *err) {
    const char *said = wrt_json_get_text(shard, "schema", "");
    out->id = wrt_json_get_text(shard, "id", NULL);
    if (strcmp(said, schema) != 0 || out->id == NULL)
        return wrt_fail(err, WRT_E_INPUT,
                        "file %zu is no shard of a bootstrap: its \"schema\" is "
                        "\"%.40s\", not \"%s\", or it has no \"id\"",
                        at + 1, said, schema);
    if (!read_count(&out->draws, shard, "draws", WRT_BOOTSTRAP_DRAWS_MIN,
                    WRT_BOOTSTRAP_DRAWS_MAX) ||
        !read_count(&out->shards, shard, "shards", 1, WRT_SHARDS_MAX))
        return wrt_fail(err, WRT_E_INPUT,
                        "file %zu: \"draws\" must be %d to %d and \"shards\" 1 to %d", at + 1,
                        WRT_BOOTSTRAP_DRAWS_MIN, WRT_BOOTSTRAP_DRAWS_MAX, WRT_SHARDS_MAX);
    return WRT_OK;
}

static wrt_status take_values(double *values, const wrt_json *shard, const run *r, size_t number,
                              wrt_err *err) {
    const wrt_json *list = wrt_json_get(shard, "values");
    size_t b = number, expected = r->draws > number ? (r->draws - number - 1) / r->shards + 1 : 0;
    if (!wrt_json_is(list, WRT_JSON_ARRAY) || wrt_json_count(list) != expected)
        return wrt_fail(err, WRT_E_INPUT, "shard %zu of %zu must hold %zu values, it has %zu",
                        number, r->shards, expected, wrt_json_count(list));
    WRT_JSON_EACH(item, list) {
        wrt_json_type type = wrt_json_typeof(item);
        if (type != WRT_JSON_NUMBER && type != WRT_JSON_NULL)
            return wrt_fail(err, WRT_E_INPUT, "shard %zu: a value is a number or null, not a %s",
                            number, wrt_json_type_name(type));
        values[b] = wrt_json_number(item, NAN);
        b += r->shards;
    }
    return WRT_OK;
}

static wrt_status take_shard(double *values, bool *is_there, const wrt_json *shard, const run *r,
                             size_t at, wrt_err *err) {
    run own = {0};
    size_t number = 0;
    wrt_status status = read_run(&own, shard, at, err);
    if (status != WRT_OK)
        return status;
    if (strcmp(own.id, r->id) != 0 || own.draws != r->draws || own.shards != r->shards)
        return wrt_fail(err, WRT_E_INPUT,
                        "file %zu is of another run than file 1: %zu draws in %zu shards and %zu "
                        "in %zu, or another estimator, option or data",
                        at + 1, own.draws, own.shards, r->draws, r->shards);
    if (!read_count(&number, shard, "shard", 0, r->shards - 1))
        return wrt_fail(err, WRT_E_INPUT, "file %zu: \"shard\" must be 0 to %zu", at + 1,
                        r->shards - 1);
    if (is_there[number])
        return wrt_fail(err, WRT_E_INPUT, "shard %zu of %zu is there twice", number, r->shards);
    is_there[number] = true;
    return take_values(values, shard, r, number, err);
}

wrt_status wrt_shard_merge(const double **values, size_t *draws, const wrt_json *const *shards,
                           size_t n, wrt_arena *arena, wrt_err *err) {
    run r = {0};
    if (n == 0)
        return wrt_fail(err, WRT_E_INPUT, "there is no shard to merge");
    wrt_status status = read_run(&r, shards[0], 0, err);
    if (status != WRT_OK)
        return status;
    double *all = wrt_arena_calloc(arena, r.draws, sizeof *all);
    bool *is_there = wrt_arena_calloc(arena, r.shards, sizeof *is_there);
    for (size_t i = 0; i < n && status == WRT_OK; i++)
        status = take_shard(all, is_there, shards[i], &r, i, err);
    for (size_t s = 0; s < r.shards && status == WRT_OK; s++)
        if (!is_there[s])
            status = wrt_fail(err, WRT_E_INPUT, "shard %zu of %zu is missing", s, r.shards);
    *values = all;
    *draws = r.draws;
    return status;
}
