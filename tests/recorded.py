"""Small answers in the formats of arXiv and of bioRxiv, made from their specifications."""

import json
from collections.abc import Iterable
from xml.sax.saxutils import escape

LOOMS = "A loom that weaves by itself"
ABSTRACT = "We build looms. They weave what nobody asked for, at https://github.com/ada/loom today."


def api_page(entries: Iterable[str], total: int, start: int = 0) -> str:
    """A page of arXiv's API."""
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
 xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/none</id>
  <title>arXiv Query</title>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>{start}</opensearch:startIndex>
  {"".join(entries)}
</feed>"""


def api_entry(
    key: str,
    title: str = LOOMS,
    *,
    category: str = "cs.CL",
    published: str = "2026-02-20",
    comment: str = "",
    more: str = "",
) -> str:
    """An entry of the API; `key` with its version."""
    return f"""
  <entry>
    <id>http://arxiv.org/abs/{key}</id>
    <title>{escape(title)}</title>
    <updated>2026-03-01T17:00:00Z</updated>
    <summary>  {ABSTRACT}
</summary>
    <category term="{category}" scheme="http://arxiv.org/schemas/atom"/>
    <published>{published}T17:00:00Z</published>
    <arxiv:comment>{escape(comment)}</arxiv:comment>
    <arxiv:primary_category term="{category}"/>
    <author><name>Ada L. Weaver</name><arxiv:affiliation>Mill House</arxiv:affiliation></author>
    <author><name>Herv\\'e J\\'egou, Jr.</name></author>
    {more}
  </entry>"""


API_ERROR = api_page(
    [
        """<entry><id>https://arxiv.org/api/errors#incorrect_id_format_for_abc</id>
        <title>Error</title><summary>incorrect id format for abc</summary></entry>"""
    ],
    1,
)


def feed(entries: Iterable[str], day: str = "2026-03-02") -> str:
    """A daily feed of arXiv's in Atom."""
    return f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">
  <id>http://rss.arxiv.org/atom/cs.CL</id>
  <title>cs.CL updates on arXiv.org</title>
  <updated>{day}T05:00:19.866337+00:00</updated>
  {"".join(entries)}
</feed>"""


def feed_entry(key: str, kind: str = "new", title: str = LOOMS, category: str = "cs.CL") -> str:
    """An entry of the daily feed; `key` with its version."""
    return f"""
  <entry>
    <id>oai:arXiv.org:{key}</id>
    <title>{escape(title)}</title>
    <link href="https://arxiv.org/abs/{key}" rel="alternate" type="text/html"/>
    <summary>arXiv:{key} Announce Type: {kind}
Abstract: {ABSTRACT}</summary>
    <category term="{category}"/>
    <category term="cs.LG"/>
    <category term="cs.CL"/>
    <published>2026-03-02T00:00:00-05:00</published>
    <arxiv:announce_type>{kind}</arxiv:announce_type>
    <dc:creator>Ada L. Weaver, Herv\\'e J\\'egou</dc:creator>
  </entry>"""


RSS = f"""<?xml version="1.0"?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
 version="2.0"><channel><title>cs.CL updates</title>
<pubDate>Mon, 02 Mar 2026 00:00:00 -0500</pubDate>
<item><title>{LOOMS}</title><link>https://arxiv.org/abs/2603.00001</link>
<description>arXiv:2603.00001v1 Announce Type: new
Abstract: {ABSTRACT}</description>
<guid isPermaLink="false">oai:arXiv.org:2603.00001v1</guid><category>cs.CL</category>
<pubDate>Mon, 02 Mar 2026 00:00:00 -0500</pubDate>
<arxiv:announce_type>new</arxiv:announce_type>
<dc:creator>Ada L. Weaver</dc:creator></item></channel></rss>"""


def oai_page(records: Iterable[str], token: str = "", total: int | None = None) -> str:
    """A page of OAI-PMH."""
    size = f' completeListSize="{total}"' if total is not None else ""
    resumption = f'<resumptionToken cursor="0"{size}>{token}</resumptionToken>'
    return _oai(f"<ListRecords>{''.join(records)}{resumption}</ListRecords>")


def oai_error(code: str) -> str:
    """An error of OAI-PMH."""
    return _oai(f'<error code="{code}">As it says.</error>')


def _oai(content: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">
<responseDate>2026-03-02T08:00:00Z</responseDate>
<request verb="ListRecords">http://oaipmh.arxiv.org/oai</request>{content}</OAI-PMH>"""


def oai_record(
    key: str,
    title: str = LOOMS,
    *,
    versions: int = 1,
    categories: str = "cs.CL cs.LG",
    changed: str = "2026-03-02",
    comments: str = "",
    first: str = "Fri, 27 Feb 2026 22:04:11 GMT",
    doi: str = "",
) -> str:
    """A record in the format arXivRaw."""
    dates = [first, *["Sun, 1 Mar 2026 22:04:11 GMT"] * (versions - 1)]
    written = "".join(
        f'<version version="v{n}"><date>{date}</date><size>9kb</size></version>'
        for n, date in enumerate(dates, 1)
    )
    return f"""<record><header><identifier>oai:arXiv.org:{key}</identifier>
<datestamp>{changed}</datestamp><setSpec>cs</setSpec></header><metadata>
<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/"><id>{key}</id><submitter>Ada</submitter>{written}
<title>{escape(title)}</title><authors>Ada L. Weaver (1), Herv\\'e J\\'egou, Jr. (2) and the LOOM
 Collaboration ((1) Mill House, (2) Meta)</authors><categories>{categories}</categories>
<comments>{escape(comments)}</comments><doi>{doi}</doi>
<abstract>  {ABSTRACT}
</abstract></arXivRaw></metadata></record>"""


DELETED = """<record><header status="deleted"><identifier>oai:arXiv.org:2603.00009</identifier>
<datestamp>2026-03-02</datestamp></header></record>"""


def preprints(entries: Iterable[dict[str, str]], total: int, cursor: int = 0) -> str:
    """A page of bioRxiv's API."""
    collection = list(entries)
    message = {"status": "ok", "cursor": cursor, "count": len(collection), "total": str(total)}
    return json.dumps({"messages": [message], "collection": collection})


def preprint(number: int, **other: str) -> dict[str, str]:
    """An entry of bioRxiv's API."""
    return {
        "doi": f"10.1101/2026.03.01.{number:06}",
        "title": f"The loom of mouse number {number}",
        "authors": "Weaver, A. L.; Jégou, H.",
        "author_corresponding_institution": "Mill House",
        "date": "2026-03-01",
        "version": "1",
        "type": "new results",
        "category": "neuroscience",
        "abstract": ABSTRACT,
        "published": "NA",
        "server": "bioRxiv",
    } | other
