/* retractions.h: lists of retracted publications, and the edges that cite a publication. */
#ifndef WRT_KG_RETRACTIONS_H
#define WRT_KG_RETRACTIONS_H

#include "kg/kg.h"

/* Reads a list of PMIDs into the graph file, replacing the one that is there: one a line ("123" or
 * "PMID:123"), or a table separated by tabs or commas whose header names a column "pmid" or
 * "OriginalPaperPubMedID" (Retraction Watch; the PMIDs of one cell may be joined by ';' or '|';
 * rows whose "RetractionNature" is not "Retraction" are skipped); .gz, .bz2 and .zst as well.
 * WRT_E_INPUT for a list without any PMID: the one in force stays. Empty lines and lines that begin
 * with '#' are left out. *report:
 * {"file","sha256","pmids":n, "edges":edges with a retracted
 * publication,"skipped":[{"line","reason"}],"skipped_total"}. The snapshot id stays: marks are not
 * part of an edge. All or nothing, as an import. */
wrt_status wrt_kg_retractions_load(wrt_json **report, const char *db_path, const char *list_path,
                                   wrt_err *err);

/* Edges whose publications hold any of the PMIDs (an array of numbers, or of texts "123" or
 * "PMID:123"), whole, in order of id; *total counts all of them. WRT_E_INPUT for an item that is no
 * PMID. limit 0: 50. */
wrt_status wrt_kg_edges_citing(wrt_json **out, size_t *total, wrt_kg *kg, const wrt_json *pmids,
                               size_t limit, wrt_err *err);

#endif
