/* catalog.c: the table.
 *
 * Hetionet: sizes and SHA-256 are those of the Git-LFS pointers in hetio/hetionet@8a6cc0c5; of the
 * nodes, which are not in LFS, those of the file with the git blob id of that commit. DrugCentral:
 * computed over the files of dhimmel/drugcentral@0e085ddb, its README states the licence. PrimeKG:
 * size, MD5 and licence as Harvard Dataverse states them for version 2.1 of doi:10.7910/DVN/IXA7BM.
 * The other files change without notice, so nothing is said of their content. */
#include "kg/catalog.h"

#include <string.h>

#define HETIONET                                                                                   \
    "https://github.com/hetio/hetionet/raw/8a6cc0c5604d0e2908786e4de38af67b8e46ee4a/hetnet/"
#define DRUGCENTRAL                                                                                \
    "https://raw.githubusercontent.com/dhimmel/drugcentral/"                                       \
    "0e085ddb6aa42be367c85eba424edea716bebd94/rephetio/"

static const char HETIONET_LICENSE[] =
    "original content CC0; each node and edge states its own licence, many of them CC BY-NC";

static const wrt_kg_catalog_entry ENTRIES[] = {
    {.name = "ctd",
     .title = "CTD: chemical-gene interactions with actions and PubMed ids",
     .url = "https://ctdbase.org/reports/CTD_chem_gene_ixns.tsv.gz",
     .file = "CTD_chem_gene_ixns.tsv.gz",
     .source = "ctd",
     .format = "ctd",
     .bytes = -1,
     .note = "free for research; commercial use needs CTD's permission"},
    {.name = "drkg",
     .title = "DRKG: 97,238 entities, 5,874,261 triplets of 107 relations, without references",
     .url = "https://dgl-data.s3-us-west-2.amazonaws.com/dataset/DRKG/drkg.tar.gz",
     .file = "drkg.tar.gz",
     .source = "drkg",
     .bytes = -1,
     .note = "an archive: unpack it, then import drkg.tsv with --format drkg"},
    {.name = "drugcentral-indications",
     .title = "DrugCentral: drugs and the diseases they are indicated for, as mapped for Hetionet",
     .url = DRUGCENTRAL "indications.tsv",
     .file = "drugcentral-indications.tsv",
     .source = "drugcentral",
     .version = "0e085ddb",
     .format = "drugcentral",
     .bytes = 33309,
     .sha256 = "dc33620bc460b1bc26c905d2eb4acb44075d962db626973e251f69d551a66a4d",
     .license = "CC BY 4.0"},
    {.name = "drugcentral-targets",
     .title = "DrugCentral: drugs and their targets with actions, as mapped for Hetionet",
     .url = DRUGCENTRAL "targets.tsv",
     .file = "drugcentral-targets.tsv",
     .source = "drugcentral",
     .version = "0e085ddb",
     .format = "drugcentral",
     .bytes = 351122,
     .sha256 = "e431b9a57648b7f5cca0b03d1f4867dd6e9c5dcda48638dec8096debac919eb0",
     .license = "CC BY 4.0"},
    {.name = "drugmechdb",
     .title = "DrugMechDB: curated mechanisms from drug to disease, as paths",
     .url = "https://raw.githubusercontent.com/SuLab/DrugMechDB/main/indication_paths.yaml",
     .file = "indication_paths.yaml",
     .source = "drugmechdb",
     .format = "drugmechdb",
     .bytes = -1,
     .license = "CC0-1.0"},
    {.name = "hetionet-edges",
     .title = "Hetionet v1.0: 2,250,197 edges of 24 types, without properties",
     .url = HETIONET "tsv/hetionet-v1.0-edges.sif.gz",
     .file = "hetionet-v1.0-edges.sif.gz",
     .source = "hetionet",
     .version = "1.0",
     .format = "hetionet",
     .bytes = 12401407,
     .sha256 = "611f0411ac666be4e0270e54bbca67407e14720bfc3099311f0f5eec25c5a947",
     .note = HETIONET_LICENSE},
    {.name = "hetionet-json",
     .title = "Hetionet v1.0: nodes and edges with sources, licences, PubMed ids",
     .url = HETIONET "json/hetionet-v1.0.json.bz2",
     .file = "hetionet-v1.0.json.bz2",
     .source = "hetionet",
     .version = "1.0",
     .format = "hetionet",
     .bytes = 16112094,
     .sha256 = "a342ab57e9073e6c02bb5e109d1f16917e6f933be4e5c77ebbaebfa26b984c19",
     .note = HETIONET_LICENSE},
    {.name = "hetionet-nodes",
     .title = "Hetionet v1.0: 47,031 nodes of 11 types with names",
     .url = HETIONET "tsv/hetionet-v1.0-nodes.tsv",
     .file = "hetionet-v1.0-nodes.tsv",
     .source = "hetionet",
     .version = "1.0",
     .format = "hetionet",
     .bytes = 2509984,
     .sha256 = "3ad9eb86c031df8bc7d5efefa6edc93562182eb9a6a71e5129d3f18b9d42c50e",
     .note = HETIONET_LICENSE},
    {.name = "monarch",
     .title = "Monarch KG: 33 sources in Biolink terms",
     .url = "https://data.monarchinitiative.org/monarch-kg/latest/monarch-kg.tar.gz",
     .file = "monarch-kg.tar.gz",
     .source = "monarch",
     .bytes = -1,
     .note = "an archive that changes with each release: unpack it, then import its nodes and "
             "edges with --format kgx"},
    {.name = "omnipath",
     .title = "OmniPath: signed and directed interactions of proteins with references",
     .url = "https://omnipathdb.org/interactions?genesymbols=1&fields=sources,references,"
            "curation_effort&license=academic",
     .file = "omnipath-interactions.tsv",
     .source = "omnipath",
     .format = "omnipath",
     .bytes = -1,
     .note = "each row is under the licence of its sources, some of them not for commercial use"},
    {.name = "primekg",
     .title = "PrimeKG: 129,375 nodes, 4,050,249 edges, without references",
     .url = "https://dataverse.harvard.edu/api/access/datafile/6180620",
     .file = "primekg-kg.csv",
     .source = "primekg",
     .version = "2.1",
     .format = "primekg",
     .bytes = 981751236,
     .md5 = "aac8191d4fbc5bf09cdf8c3c78b4e75f",
     .license = "CC0-1.0",
     .note = "some of its sources are under narrower terms"},
    {.name = "signor",
     .title = "SIGNOR: signed causal relations of human proteins with PubMed ids",
     .url = "https://signor.uniroma2.it/API/getHumanData.php",
     .file = "signor-human.tsv",
     .source = "signor",
     .format = "signor",
     .bytes = -1,
     .license = "CC BY-NC 4.0"},
    {.name = NULL},
};

const wrt_kg_catalog_entry *wrt_kg_catalog(void) {
    return ENTRIES;
}

const wrt_kg_catalog_entry *wrt_kg_catalog_find(const char *name) {
    for (const wrt_kg_catalog_entry *entry = ENTRIES; entry->name != NULL; entry++)
        if (strcmp(entry->name, name) == 0)
            return entry;
    return NULL;
}

wrt_json *wrt_kg_catalog_json(const wrt_kg_catalog_entry *entry) {
    const struct {
        const char *key, *text;
    } texts[] = {
        {"name", entry->name},       {"title", entry->title},   {"url", entry->url},
        {"file", entry->file},       {"source", entry->source}, {"version", entry->version},
        {"format", entry->format},   {"sha256", entry->sha256}, {"md5", entry->md5},
        {"license", entry->license}, {"note", entry->note}};
    wrt_json *out = wrt_json_new_object();
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        wrt_json_set(out, texts[i].key, wrt_json_new_c(texts[i].text));
    if (entry->bytes >= 0)
        wrt_json_set_int(out, "bytes", entry->bytes);
    else
        wrt_json_set(out, "bytes", wrt_json_new_null());
    return out;
}
