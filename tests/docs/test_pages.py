"""The pages say what the code says: whoever changes one of the two changes both, or this fails."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from chalicelib.api.problems import PROBLEMS
from chalicelib.domain.freelancer import Step
from chalicelib.domain.lifecycle import Event
from chalicelib.domain.waking import Sweep
from tools import docs

ROOT = Path(__file__).parent.parent.parent
DOCS = ROOT / "docs"
OURS = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "CONTRIBUTING.md", *sorted(DOCS.rglob("*.md"))]


def code():
    """Every module of the product, as a tree."""
    for path in sorted((ROOT / "chalicelib").rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def calls(name):
    """Every call of a function or method of this name."""
    for path, tree in code():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name == (
                node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", None)
            ):
                yield path, node


def words(expression):
    """The strings that an expression can be, as far as it says so itself."""
    match expression:
        case ast.Constant(value=str(word)):
            return {word}
        case ast.IfExp(body=body, orelse=orelse):
            return words(body) | words(orelse)
        case _:
            return set()


def table_of(page, *, column=0):
    """The rows of a page's tables, by what stands as `code` in one of their columns."""
    rows = {}
    for line in page.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")] if line.startswith("|") else []
        if len(cells) > column and (named := re.fullmatch(r"`([^`]+)`", cells[column])):
            assert named[1] not in rows, f"{page.name} has {named[1]} twice"
            rows[named[1]] = cells
    return rows


@pytest.mark.parametrize("page", docs.PAGES)
def test_a_printed_page_is_what_the_code_prints(page):
    assert page not in docs.behind(), "run `make docs`"


def test_the_rules_leave_out_no_number_of_the_rulebook():
    rulebook = ast.parse((ROOT / "chalicelib/rulebook.py").read_text(encoding="utf-8"))
    numbers = {
        node.target.id
        for node in rulebook.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id.isupper()
    }
    printed = ast.parse((ROOT / "tools/docs.py").read_text(encoding="utf-8"))
    used = {node.id for node in ast.walk(printed) if isinstance(node, ast.Name)}
    assert numbers
    assert numbers - used == set()


def test_every_event_and_step_is_put_into_words():
    assert set(docs.HAPPENS) == set(Event)
    assert set(docs.STEPS) == set(Step)


def test_tables_stand_straight():
    table = docs.table(["a", "long header"], [["`x`", "1"], ["yy", "22"]], right=[1])
    assert table.splitlines() == [
        "| a   | long header |",
        "| --- | ----------: |",
        "| `x` |           1 |",
        "| yy  |          22 |",
    ]


def settings():
    """The environment variables that the product reads: in `wiring`, and wherever else."""
    asked = [
        *calls("need"),
        *((path, call) for path, call in calls("get") if "environ" in ast.unparse(call.func)),
    ]
    return {word for _, call in asked for word in words(call.args[0])}


def test_every_setting_is_documented():
    page = DOCS / "configuration.md"
    found, documented = settings(), set(table_of(page))
    assert "TABLE_NAME" in found
    assert found - documented == set()
    secrets = {
        word
        for _, call in calls("get")
        if "secrets" in ast.unparse(call.func)
        for word in words(call.args[0])
    }
    assert secrets
    assert secrets - documented == set()
    of_a_library = {"POWERTOOLS_LOG_LEVEL"}
    assert documented - found - secrets == of_a_library


def test_the_defaults_of_settings_are_those_documented():
    from chalicelib.settings import Settings

    rows = table_of(DOCS / "configuration.md")
    defaults = Settings.read({"TABLE_NAME": "t"})
    for name, value in {
        "STAGE": defaults.stage,
        "AWS_DEFAULT_REGION": defaults.region,
        "SHARDS": defaults.shards,
        "COMMISSION_RATE": defaults.commission_rate,
        "BRAND_NAME": defaults.brand.name,
        "BRAND_LEGAL_NAME": defaults.brand.legal_name,
        "BRAND_POSTAL_ADDRESS": defaults.brand.postal_address,
        "BRAND_SENDER": defaults.brand.sender,
        "BRAND_SUPPORT": defaults.brand.support,
        "STOREFRONT_URL": defaults.brand.storefront_url,
        "STRIPE_URL": defaults.stripe.url,
        "STRIPE_LIVE": str(defaults.stripe.live).lower(),
        "TAXES": "stripe" if defaults.stripe.taxes else "off",
        "TAX_CODE": defaults.stripe.tax_code,
        "PAYOUTS": "stripe" if defaults.stripe.payouts else "off",
        "MICROSOFT_CERTIFICATE_HOSTS": ",".join(defaults.microsoft.certificate_hosts),
        "DELEGATED_ADMIN": "gdap" if defaults.microsoft.delegated_admin else "off",
        "PARTNER_CENTER_URL": defaults.microsoft.partner_center_url,
        "MICROSOFT_PRICES_URL": defaults.microsoft.prices_url,
        "MICROSOFT_GRAPH_URL": defaults.microsoft.graph_url,
        "MICROSOFT_LOGIN_URL": defaults.microsoft.login_url,
    }.items():
        assert rows[name][1] == f"`{value}`"


def test_every_metric_is_documented_with_its_dimensions_and_values():
    dimensions: dict[str, set] = defaultdict(set)
    values: dict[str, set] = defaultdict(set)
    for path, call in calls("count"):
        if path.name == "observability.py" or not isinstance(call.func, ast.Name):
            continue
        (metric,) = words(call.args[0])
        dimensions[metric] |= {keyword.arg for keyword in call.keywords}
        for keyword in call.keywords:
            values[metric] |= words(keyword.value) - {""}
    rows = table_of(DOCS / "operations" / "metrics.md")
    assert set(rows) == set(dimensions)
    for metric, row in rows.items():
        assert set(re.findall(r"`([^`]+)`", row[1])) == dimensions[metric], metric
        assert values[metric] - set(re.findall(r"`([^`]+)`", row[2])) == set(), metric


def test_every_log_line_is_documented():
    said: dict[str, set] = defaultdict(set)
    for level in ("info", "warning", "error", "exception"):
        for _, call in calls(level):
            if "log" in ast.unparse(call.func):
                for word in words(call.args[0]):
                    said[word].add(level)
    rows = table_of(DOCS / "operations" / "README.md")
    assert said
    assert set(said) - set(rows) == set()
    for word, levels in said.items():
        assert rows[word][1] in {"error" if level == "exception" else level for level in levels}, word


def test_every_problem_is_documented_with_its_status():
    raised = {code for _, call in calls("Refusal") if call.args for code in words(call.args[0])}
    assert raised - set(PROBLEMS) == set()
    rows = table_of(DOCS / "problems.md")
    assert {code: int(row[1]) for code, row in rows.items()} == {
        code: status for code, (status, _) in PROBLEMS.items()
    }


def test_every_sweep_is_explained_to_the_one_on_call():
    rows = table_of(DOCS / "operations" / "README.md")
    assert {sweep.value for sweep in Sweep} - set(rows) == set()


def test_every_room_of_the_test_house_is_described():
    rooms = {f"{page.parent.name}/" for page in (ROOT / "tests").glob("*/test_*.py")}
    assert set(table_of(ROOT / "CONTRIBUTING.md")) == rooms


DECISIONS = sorted((DOCS / "decisions").glob("[0-9]*.md"))


@pytest.mark.parametrize("page", DECISIONS, ids=[page.stem for page in DECISIONS])
def test_a_decision_keeps_to_its_form(page):
    text = page.read_text(encoding="utf-8")
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == [
        "Context",
        "Decision",
        "Consequences",
        "Alternatives",
        "In the code",
    ]
    assert text.startswith(f"# {page.stem[:4]}: ")
    (line,) = re.findall(r"^> (.*)$", text, re.MULTILINE)
    index = (DOCS / "decisions" / "README.md").read_text(encoding="utf-8")
    assert f"[{page.stem[:4]}]({page.name})" in index
    assert line in index
    assert len(text.split()) <= 600, "one page"


@pytest.mark.parametrize("page", OURS, ids=[str(page.relative_to(ROOT)) for page in OURS])
def test_links_lead_somewhere(page):
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        if anchor:
            assert anchor in anchors(found), target


@pytest.mark.parametrize("page", OURS, ids=[str(page.relative_to(ROOT)) for page in OURS])
def test_files_that_are_named_exist(page):
    text = page.read_text(encoding="utf-8")
    for named in re.findall(r"`((?:chalicelib|sandbox|tools|tests|infra|bench|docs)/[\w./-]+)`", text):
        assert (ROOT / named).exists(), named


def anchors(page):
    """The headings of a page as a code host links to them."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
