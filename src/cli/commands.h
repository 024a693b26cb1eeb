/* commands.h: every command, defined in its cmd_<verb>.c. */
#ifndef WRT_CLI_COMMANDS_H
#define WRT_CLI_COMMANDS_H

#include "cli/cli.h"

extern const wrt_cli_command wrt_cmd_adjust;
extern const wrt_cli_command wrt_cmd_ask;
extern const wrt_cli_command wrt_cmd_audit_keygen;
extern const wrt_cli_command wrt_cmd_audit_verify;
extern const wrt_cli_command wrt_cmd_completion;
extern const wrt_cli_command wrt_cmd_doctor;
extern const wrt_cli_command wrt_cmd_estimate;
extern const wrt_cli_command wrt_cmd_eval_compare;
extern const wrt_cli_command wrt_cmd_eval_list;
extern const wrt_cli_command wrt_cmd_eval_run;
extern const wrt_cli_command wrt_cmd_eval_show;
extern const wrt_cli_command wrt_cmd_graph_check;
extern const wrt_cli_command wrt_cmd_graph_convert;
extern const wrt_cli_command wrt_cmd_graph_dsep;
extern const wrt_cli_command wrt_cmd_graph_render;
extern const wrt_cli_command wrt_cmd_help;
extern const wrt_cli_command wrt_cmd_identify;
extern const wrt_cli_command wrt_cmd_kg_catalog;
extern const wrt_cli_command wrt_cmd_kg_check;
extern const wrt_cli_command wrt_cmd_kg_export;
extern const wrt_cli_command wrt_cmd_kg_fetch;
extern const wrt_cli_command wrt_cmd_kg_import;
extern const wrt_cli_command wrt_cmd_kg_neighbors;
extern const wrt_cli_command wrt_cmd_kg_paths;
extern const wrt_cli_command wrt_cmd_kg_retractions;
extern const wrt_cli_command wrt_cmd_kg_search;
extern const wrt_cli_command wrt_cmd_kg_show;
extern const wrt_cli_command wrt_cmd_kg_stats;
extern const wrt_cli_command wrt_cmd_man;
extern const wrt_cli_command wrt_cmd_model_generate;
extern const wrt_cli_command wrt_cmd_model_list;
extern const wrt_cli_command wrt_cmd_model_score;
extern const wrt_cli_command wrt_cmd_model_test;
extern const wrt_cli_command wrt_cmd_plan;
extern const wrt_cli_command wrt_cmd_policy_approve;
extern const wrt_cli_command wrt_cmd_policy_check;
extern const wrt_cli_command wrt_cmd_policy_decide;
extern const wrt_cli_command wrt_cmd_policy_diff;
extern const wrt_cli_command wrt_cmd_policy_explain;
extern const wrt_cli_command wrt_cmd_policy_replay;
extern const wrt_cli_command wrt_cmd_policy_show;
extern const wrt_cli_command wrt_cmd_policy_test;
extern const wrt_cli_command wrt_cmd_pubmed_affected;
extern const wrt_cli_command wrt_cmd_pubmed_cite;
extern const wrt_cli_command wrt_cmd_pubmed_fetch;
extern const wrt_cli_command wrt_cmd_pubmed_import;
extern const wrt_cli_command wrt_cmd_pubmed_match;
extern const wrt_cli_command wrt_cmd_pubmed_quote;
extern const wrt_cli_command wrt_cmd_pubmed_recheck;
extern const wrt_cli_command wrt_cmd_pubmed_related;
extern const wrt_cli_command wrt_cmd_pubmed_search;
extern const wrt_cli_command wrt_cmd_pubmed_show;
extern const wrt_cli_command wrt_cmd_pubmed_stats;
extern const wrt_cli_command wrt_cmd_report;
extern const wrt_cli_command wrt_cmd_run_diff;
extern const wrt_cli_command wrt_cmd_run_export;
extern const wrt_cli_command wrt_cmd_run_list;
extern const wrt_cli_command wrt_cmd_run_replay;
extern const wrt_cli_command wrt_cmd_run_resume;
extern const wrt_cli_command wrt_cmd_run_show;
extern const wrt_cli_command wrt_cmd_scm_audit;
extern const wrt_cli_command wrt_cmd_scm_compile;
extern const wrt_cli_command wrt_cmd_scm_describe;
extern const wrt_cli_command wrt_cmd_scm_effect;
extern const wrt_cli_command wrt_cmd_scm_import;
extern const wrt_cli_command wrt_cmd_scm_query;
extern const wrt_cli_command wrt_cmd_scm_simulate;
extern const wrt_cli_command wrt_cmd_tool_call;
extern const wrt_cli_command wrt_cmd_tool_describe;
extern const wrt_cli_command wrt_cmd_tool_list;
extern const wrt_cli_command wrt_cmd_whatif;

#endif
