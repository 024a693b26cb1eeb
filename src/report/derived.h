/* derived.h: the files of a bundle that this room makes. */
#ifndef WRT_REPORT_DERIVED_H
#define WRT_REPORT_DERIVED_H

#include "ledger/audit.h"

/* plan.json, report.html, prov.json and, of all files before it, ro-crate-metadata.json. Given to
 * wrt_audit_export_with and to wrt_audit_options. */
extern const wrt_derived_files wrt_report_derived;

#endif
