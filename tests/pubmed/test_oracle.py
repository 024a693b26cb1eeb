#!/usr/bin/env python3
"""Every field of every real record, against a reader of its own on xml.etree.

    test_oracle.py WARRANT

Reads the files of $WARRANT_SHARED/data/pubmed/baseline and efetch in place, with `warrant pubmed
show --json` and with the rules below, which share no code with the program. Without the files: says
SKIPPED.
"""
import gzip
import json
import os
import pathlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

MATH = "{http://www.w3.org/1998/Math/MathML}"
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
BLANKS = re.compile(r"[ \t\r\n]+")


def pieces(element, in_math=False):
    """Character data in document order; nodes inside MathML without their outer white space."""
    in_math = in_math or element.tag.startswith(MATH)
    trim = (lambda text: (text or "").strip(" \t\r\n")) if in_math else (lambda text: text or "")
    yield trim(element.text)
    for child in element:
        yield from pieces(child, in_math)
        yield trim(child.tail)


def text(element):
    return BLANKS.sub(" ", "".join(pieces(element))).strip(" ") or None if element is not None else None


def find(element, path):
    return text(element.find(path))


def texts(elements):
    return [found for found in map(text, elements) if found]


def attribute(element, name):
    return (element.get(name) or "").strip() or None


def sections(parent):
    rows = parent.findall("AbstractText") if parent is not None else []
    return [{"label": attribute(row, "Label"), "category": attribute(row, "NlmCategory"), "text": text(row)}
            for row in rows if text(row)]


def orcid(author):
    for identifier in author.findall("Identifier"):
        if identifier.get("Source") == "ORCID":
            digits = re.sub(r"[- ]", "", text(identifier).rsplit("/", 1)[-1])
            if re.fullmatch(r"\d{15}[\dX]", digits):
                return "-".join(re.findall("....", digits))
            return text(identifier)
    return None


def author_row(author):
    collective = find(author, "CollectiveName")
    parts = [find(author, tag) for tag in ("LastName", "Initials", "Suffix")]
    return {"name": collective or " ".join(filter(None, parts)), "collective": collective is not None,
            "last": find(author, "LastName"), "fore": find(author, "ForeName"), "orcid": orcid(author),
            "affiliations": texts(author.iterfind("AffiliationInfo/Affiliation")),
            "equal_contribution": author.get("EqualContrib") == "Y"}


def author_rows(lists):
    return [author_row(author) for names in lists for author in names.findall("Author")
            if author.get("ValidYN") != "N"]


def month_of(word):
    return int(word) if word.isdigit() else MONTHS.index(word[:3].title()) + 1


def date(element):
    """PubDate and its kin; the forms that occur in the files."""
    if element is None:
        return None
    raw = " ".join(texts(element))
    year = raw[:4]
    rest = raw[5:]
    span = re.fullmatch(r"([A-Za-z]+)[-/]([A-Za-z]+)", rest)
    if not rest or "Spring" in rest or "Winter" in rest or "Summer" in rest or "Fall" in rest:
        start = end = year
    elif span:
        start, end = (f"{year}-{month_of(word):02}" for word in span.groups())
    else:
        words = rest.split()
        start = end = "-".join([year, f"{month_of(words[0]):02}"] + [f"{int(day):02}" for day in words[1:]])
    precision = "range" if start != end else {4: "year", 7: "month", 10: "day"}[len(start)]
    return {"raw": raw, "start": start, "end": end, "precision": precision}


def day(element):
    return date(element)["start"] if element is not None else None


def term(element):
    return {"ui": element.get("UI"), "name": text(element), "major": element.get("MajorTopicYN") == "Y"}


def mesh(citation):
    return [{**term(heading.find("DescriptorName")),
             "qualifiers": [term(qualifier) for qualifier in heading.findall("QualifierName")]}
            for heading in citation.iterfind("MeshHeadingList/MeshHeading")]


def named(elements):
    return [{"ui": attribute(element, "UI"), "name": text(element)} for element in elements]


def listed_id(article, kind):
    for element in article.findall("PubmedData/ArticleIdList/ArticleId"):
        if element.get("IdType") == kind and text(element):
            return text(element)
    return None


def located_id(work, kind):
    for element in work.findall("ELocationID"):
        if element.get("EIdType") == kind and element.get("ValidYN") != "N" and text(element):
            return text(element)
    return None


def pmcid(article, citation):
    found = listed_id(article, "pmc")
    others = [text(other) for other in citation.findall("OtherID")]
    candidates = [found] if found else [other for other in others if other and other.startswith("PMC")]
    return re.match(r"PMC\d+", candidates[0]).group() if candidates else None


def references(data):
    """The real lists hold "0" for a work without a PMID."""
    found = []
    for group in data.findall("ReferenceList"):
        found += [text(element) for element in group.iter("ArticleId") if element.get("IdType") == "pubmed"]
    return [pmid for pmid in found if pmid and pmid.isdigit() and int(pmid)]


def pages(work):
    printed, start, end = (find(work, f"Pagination/{tag}") for tag in ("MedlinePgn", "StartPage", "EndPage"))
    return printed or ("-".join(filter(None, (start, end))) or None)


def corrections(citation, cites):
    rows = [row for row in citation.iterfind("CommentsCorrectionsList/CommentsCorrections")
            if (row.get("RefType") == "Cites") == cites]
    if cites:
        return [find(row, "PMID") for row in rows if find(row, "PMID")]
    return [{"type": row.get("RefType"), "pmid": find(row, "PMID"), "source": find(row, "RefSource")}
            for row in rows]


def status(record):
    uis = {row["ui"] for row in record["publication_types"]}
    links = {row["type"] for row in record["corrections"]}
    if "D016441" in uis or links & {"RetractionIn", "RetractedandRepublishedIn"}:
        return "retracted"
    if uis & {"D016440", "D016425"} or links & {"RetractionOf", "ErratumFor", "ExpressionOfConcernFor"}:
        return "notice"
    if "ExpressionOfConcernIn" in links:
        return "concern"
    return "corrected" if links & {"ErratumIn", "CorrectedandRepublishedIn", "UpdateIn"} else "ok"


def trials(work):
    listed = texts(work.iterfind("DataBankList/DataBank/AccessionNumberList/AccessionNumber"))
    listed = list(dict.fromkeys(number for number in listed if re.fullmatch(r"NCT\d{8}", number)))
    prose = " ".join(row["text"] for row in sections(work.find("Abstract")))
    told = dict.fromkeys(re.findall(r"NCT\d{8}(?!\d)", prose))
    return {"nct_ids": listed, "nct_mentioned": [number for number in told if number not in listed]}


def source_part(citation, work):
    info = citation.find("MedlineJournalInfo")
    issue = work.find("Journal/JournalIssue")
    pubdate, electronic = date(issue.find("PubDate")), date(work.find("ArticleDate"))
    return {"journal": find(work, "Journal/Title"), "iso_abbrev": find(work, "Journal/ISOAbbreviation"),
            "medline_ta": find(info, "MedlineTA"), "nlm_id": find(info, "NlmUniqueID"),
            "issn": find(work, "Journal/ISSN") or find(info, "ISSNLinking"),
            "issn_linking": find(info, "ISSNLinking"), "country": find(info, "Country"),
            "volume": find(issue, "Volume"), "issue": find(issue, "Issue"), "pages": pages(work),
            "pubdate": pubdate, "year": int(pubdate["start"][:4]), "electronic_date": electronic,
            "date_completed": day(citation.find("DateCompleted")), "date_revised": day(citation.find("DateRevised"))}


def index_part(citation, work):
    registry = {"0": None}
    return {"mesh": mesh(citation),
            "supplementary_concepts": named(citation.iterfind("SupplMeshList/SupplMeshName")),
            "publication_types": named(work.iterfind("PublicationTypeList/PublicationType")),
            "chemicals": [{"registry": registry.get(find(row, "RegistryNumber"), find(row, "RegistryNumber")),
                           **named([row.find("NameOfSubstance")])[0]}
                          for row in citation.iterfind("ChemicalList/Chemical")],
            "keywords": texts(citation.iterfind("KeywordList/Keyword")),
            "databanks": [{"name": find(bank, "DataBankName"),
                           "ids": texts(bank.iterfind("AccessionNumberList/AccessionNumber"))}
                          for bank in work.iterfind("DataBankList/DataBank")],
            "grants": [{"number": find(grant, "GrantID"), "acronym": find(grant, "Acronym"),
                        "agency": find(grant, "Agency"), "country": find(grant, "Country")}
                       for grant in work.iterfind("GrantList/Grant")]}


def record_of(article, citation):
    """An article element (or a bare citation) as the contract has it; books are not read here."""
    work = citation.find("Article")
    data = article.find("PubmedData")
    lists = work.findall("AuthorList")
    record = {"pmid": find(citation, "PMID"), "version": int(citation.find("PMID").get("Version", 1)),
              "title": find(work, "ArticleTitle"), "vernacular_title": find(work, "VernacularTitle"),
              "abstract": sections(work.find("Abstract")), "copyright": find(work, "Abstract/CopyrightInformation"),
              "other_abstracts": [{"type": other.get("Type"), "language": attribute(other, "Language"),
                                   "abstract": sections(other)}
                                  for other in citation.findall("OtherAbstract") if sections(other)],
              "authors": author_rows([names for names in lists if names.get("Type") != "editors"]),
              "editors": author_rows([names for names in lists if names.get("Type") == "editors"]),
              "authors_complete": all(names.get("CompleteYN") != "N" for names in lists),
              "doi": located_id(work, "doi") or listed_id(article, "doi"),
              "pii": located_id(work, "pii") or listed_id(article, "pii"), "pmcid": pmcid(article, citation),
              "corrections": corrections(citation, False), "cites": corrections(citation, True),
              "references": references(data) if data is not None else [],
              "languages": texts(work.findall("Language")), "coi": find(citation, "CoiStatement"),
              "record_status": citation.get("Status"), "owner": citation.get("Owner"),
              "indexing_method": citation.get("IndexingMethod"),
              "publication_status": find(data, "PublicationStatus") if data is not None else None,
              **source_part(citation, work), **index_part(citation, work), **trials(work)}
    record["status"] = status(record)
    return record


def expected(path):
    with (gzip.open if path.suffix == ".gz" else open)(path, "rb") as file:
        root = ET.fromstring(file.read())
    for element in root if root.tag.endswith("Set") else [root]:
        citation = element if element.tag == "MedlineCitation" else element.find("MedlineCitation")
        if citation is not None:
            yield record_of(element, citation)


def shown(warrant, path):
    done = subprocess.run([warrant, "pubmed", "show", str(path), "--json"], capture_output=True, text=True, check=False)
    return [record for record in json.loads(done.stdout)["data"] or [] if not record["is_book"]]


def compare(path, got, wanted):
    faults = 0
    for key, value in wanted.items():
        if got.get(key, "absent") != value:
            faults += 1
            print(f"FAILED  {path.name} {wanted['pmid']} {key}: {got.get(key, 'absent')!r}, wanted {value!r}"[:400])
    return faults


def main():
    warrant = sys.argv[1]
    root = pathlib.Path(os.environ.get("WARRANT_SHARED", pathlib.Path(__file__).parents[3] / "shared"))
    folder = root / "data" / "pubmed"
    files = sorted(folder.glob("baseline/*.gz")) + sorted(folder.glob("efetch/**/*.xml"))
    if not files:
        print("SKIPPED: no data/pubmed under WARRANT_SHARED")
        return 0
    records = fields = faults = 0
    for path in files:
        wanted, got = list(expected(path)), shown(warrant, path)
        if len(got) != len(wanted):
            print(f"FAILED  {path.name}: {len(got)} records, wanted {len(wanted)}")
            faults += 1
        for left, right in zip(got, wanted):
            faults += compare(path, left, right)
            records, fields = records + 1, fields + len(right)
    print(f"{len(files)} files, {records} records, {fields} fields compared, {faults} differ")
    return 1 if faults or records < 1000 else 0


if __name__ == "__main__":
    sys.exit(main())
