/* policy_set.c: see policy_set.h. Every seventh request meets no forbid. */
#include "tests/support/policy_set.h"

#include <stdio.h>

static void write_condition(wrt_buf *out, int i) {
    static const char *const fields[] = {"args.source", "args.kind", "args.format", "principal",
                                         "dest.host"};
    switch (i % 8) {
    case 0:
        wrt_buf_printf(out, "{\"field\":\"%s\",\"eq\":\"value_%d\"}", fields[i / 8 % 5], i);
        break;
    case 1:
        wrt_buf_printf(out, "{\"field\":\"args.limit\",\"gt\":%d}", 1000 + i);
        break;
    case 2:
        wrt_buf_printf(out, "{\"field\":\"taint.labels\",\"has_any\":[\"label_%d\",\"secret_%d\"]}",
                       i, i);
        break;
    case 3:
        wrt_buf_printf(out,
                       "{\"all\":[{\"field\":\"dest.host\",\"exists\":true},{\"field\":\"dest."
                       "host\",\"in\":[\"a%d.example.org\",\"b%d.example.org\",\"c%d.example.org\"]"
                       "}]}",
                       i, i, i);
        break;
    case 4:
        wrt_buf_printf(out, "{\"field\":\"args.query\",\"glob\":\"*needle%d*\"}", i);
        break;
    case 5:
        wrt_buf_printf(out,
                       "{\"all\":[{\"field\":\"mode.offline\",\"eq\":true},{\"field\":\"args.k\","
                       "\"ge\":%d}]}",
                       i);
        break;
    case 6:
        wrt_buf_printf(out,
                       "{\"any\":[{\"field\":\"args.kind\",\"eq\":\"kind_%d\"},{\"field\":\"args."
                       "direction\",\"eq\":\"side_%d\"}]}",
                       i, i);
        break;
    default:
        wrt_buf_printf(out,
                       "{\"all\":[{\"field\":\"args.sign\",\"lt\":%d},{\"not\":{\"field\":\"taint."
                       "integrity\",\"ne\":\"llm\"}}]}",
                       -i);
    }
}

static const char *tools_of(int i) {
    static const char *const tools[] = {"", "\"tools\":[\"kg_*\"],", "\"tools\":[\"kg_paths\"],",
                                        "\"tools\":[\"*\"],"};
    return tools[i / 8 % 4];
}

void policy_set_write(wrt_buf *out, bool with_patterns) {
    wrt_buf_add_c(out, "{\"schema\":\"warrant/policy/1\",\"name\":\"measured\",\"rules\":[");
    for (int i = 0; i < POLICY_SET_RULES; i++) {
        wrt_buf_printf(out,
                       "%s{\"id\":\"rule.%03d\",\"effect\":\"%s\",\"phases\":[\"tool_call\"],%s",
                       i > 0 ? "," : "", i, i % 10 == 9 ? "permit" : "forbid", tools_of(i));
        if (i == 199)
            wrt_buf_add_c(out, "\"when\":{\"field\":\"mode.offline\",\"eq\":false}}");
        else {
            wrt_buf_add_c(out, "\"when\":");
            write_condition(out, i);
            wrt_buf_add_char(out, '}');
        }
        if (with_patterns && i % 20 == 0)
            wrt_buf_printf(out,
                           ",{\"id\":\"pattern.%03d\",\"effect\":\"forbid\",\"phases\":[\"tool_"
                           "call\"],\"when\":{\"field\":\"args.query\",\"pcre2\":\"(?i)\\\\bdose%d"
                           "\\\\s+\\\\d+\\\\s*mg\\\\b\"}}",
                           i, i);
    }
    wrt_buf_add_c(out, "]}");
}

void policy_set_write_request(wrt_buf *out, int number) {
    int hit = number % 7 == 0 ? 900 : number * 3; /* the rule whose operand it may meet */
    wrt_buf_printf(out,
                   "{\"phase\":\"tool_call\",\"principal\":\"value_%d\",\"tool\":\"kg_paths\","
                   "\"args\":{\"source\":\"local\",\"kind\":\"kind_%d\",\"format\":\"table\","
                   "\"limit\":%d,\"k\":%d,\"query\":\"does aspirin with needle%d prevent stroke in "
                   "adults\",\"direction\":\"forward\",\"sign\":1},",
                   hit, hit, number % 7 == 0 ? 10 : 990 + number, number, hit);
    wrt_buf_printf(out,
                   "\"taint\":{\"labels\":[\"user\",\"kg\",\"label_%d\"],\"integrity\":\"user\"},"
                   "\"dest\":{\"host\":\"b%d.example.org\",\"port\":443,\"loopback\":false},"
                   "\"counters\":{\"tool.calls\":%d},\"mode\":{\"offline\":false}}",
                   hit, hit, number);
}
