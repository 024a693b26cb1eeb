/* commands.c: the one table of commands, sorted by path. */
#include "cli/commands.h"

const wrt_cli_command *const wrt_cli_commands[] = {
    &wrt_cmd_ask,          &wrt_cmd_audit_keygen,  &wrt_cmd_audit_verify,   &wrt_cmd_doctor,
    &wrt_cmd_estimate,     &wrt_cmd_help,          &wrt_cmd_kg_check,       &wrt_cmd_kg_import,
    &wrt_cmd_kg_neighbors, &wrt_cmd_kg_paths,      &wrt_cmd_kg_search,      &wrt_cmd_kg_show,
    &wrt_cmd_kg_stats,     &wrt_cmd_model_list,    &wrt_cmd_model_test,     &wrt_cmd_plan,
    &wrt_cmd_policy_check, &wrt_cmd_policy_decide, &wrt_cmd_policy_explain, &wrt_cmd_policy_show,
    &wrt_cmd_policy_test,  &wrt_cmd_pubmed_show,   &wrt_cmd_report,         &wrt_cmd_run_export,
    &wrt_cmd_run_list,     &wrt_cmd_run_show,      &wrt_cmd_scm_describe,   &wrt_cmd_scm_query,
    &wrt_cmd_tool_call,    &wrt_cmd_tool_describe, &wrt_cmd_tool_list,      NULL,
};
