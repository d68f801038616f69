"""What is deployed: exactly what belongs into it, the same bytes each time, and no less than is needed."""

from __future__ import annotations

import json
import marshal
import os
import shutil
import struct
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from zipfile import ZipFile

import jwt
import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from jwt.algorithms import RSAAlgorithm

from chalicelib.mails import FOLDERS, LANGUAGES
from tests.documents.test_invoice_pdf import BRAND as LETTERHEAD, FIRST, YEARLY
from tests.infra.deployed import FUNCTION
from tests.infra.packaging import ROOT
from tools.mail_gallery import SAMPLES
from tools.package import build
from tools.package.bytecode import WHERE_IT_RUNS, precompile
from tools.package.dependencies import NotPackaged, installed
from tools.package.trimming import LOCALES, SERVICES

MB = 1_000_000
MACHINES = {"arm64": 0xB7, "x86_64": 0x3E}  # as an ELF header has them
UNCHECKED_HASH = 0b01  # the flags of bytecode that is taken as it is
TYPESET = {".txt", ".html"}

# The libraries, each for something that a function does; and what they cannot do without.
LIBRARIES = {
    "_cffi_backend.cpython-311",
    "aws_lambda_powertools",
    "babel",
    "boto3",
    "botocore",
    "certifi",
    "cryptography",
    "dateutil",
    "defusedxml",
    "fontTools",
    "fpdf",
    "jinja2",
    "jmespath",
    "jwt",
    "markupsafe",
    "msgspec",
    "phonenumbers",
    "pynamodb",
    "python_ulid-4.1.0.dist-info",
    "s3transfer",
    "six.py",
    "stripe",
    "typing_extensions.py",
    "ulid",
    "urllib3",
}
OURS = {"app.py", "chalice", "chalicelib"}


@pytest.fixture(scope="module")
def files(built):
    """Everything in the zip, by its name."""
    with ZipFile(built.zip) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


# --- what is in it -----------------------------------------------------------------------------------


def test_it_is_smaller_than_what_was_promised(built, files):
    assert built.size <= 20 * MB
    assert sum(map(len, files.values())) <= 65 * MB


def test_it_has_our_code_the_two_files_of_chalice_that_run_it_and_the_libraries(files):
    top = {name.partition("/")[0].removesuffix("-x86_64-linux-gnu.so") for name in files} - {"__pycache__"}
    top = {name.removesuffix("-aarch64-linux-gnu.so") for name in top}
    assert top == LIBRARIES | OURS
    sources = {name for name in files if name.startswith("chalice/") and name.endswith(".py")}
    assert sources == {"chalice/__init__.py", "chalice/app.py"}


def test_of_our_code_it_has_every_file_but_what_is_for_the_operator_s_terminal(files):
    packaged = {name for name in files if name.startswith("chalicelib/") and "__pycache__" not in name}
    packaged = {name for name in packaged if not name.startswith("chalicelib/mails/_set/")}
    left_out = {"__pycache__", "ops", "invariants", "inventory.py", "kinds.py"}
    kept = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "chalicelib").rglob("*")
        if path.is_file() and not left_out & set(path.parts) and not path.name.startswith(".")
    }
    assert packaged == kept
    assert all(files[name] == (ROOT / name).read_bytes() for name in packaged)


def test_it_has_no_tests_types_sources_of_c_or_metadata_but_the_version_that_is_asked_for(files):
    assert not [name for name in files if name.endswith((".pyi", ".c", ".h", ".pyx", ".pxd", "py.typed"))]
    assert not [name for name in files if "tests" in name.split("/")]
    assert {name for name in files if ".dist-info/" in name} == {"python_ulid-4.1.0.dist-info/METADATA"}


def test_of_aws_it_describes_the_services_that_we_call_and_of_the_world_the_countries_we_write_to(files):
    described = {name.split("/")[2] for name in files if name.startswith("botocore/data/")}
    assert {each for each in described if "." not in each} == SERVICES
    spoken = {Path(name).stem for name in files if name.startswith("babel/") and name.endswith(".dat")}
    assert spoken == LOCALES | {"global"}


def test_every_module_has_its_bytecode_which_is_taken_as_it_is_and_names_where_it_runs(files):
    modules = {name for name in files if name.endswith(".py")}
    compiled = {name for name in files if name.endswith(".pyc")}
    assert compiled == {
        f"{Path(name).parent}/__pycache__/{Path(name).stem}.cpython-311.pyc".removeprefix("./")
        for name in modules
    }
    for name in compiled:
        assert struct.unpack("<I", files[name][4:8]) == (UNCHECKED_HASH,)
    code = marshal.loads(files["chalicelib/__pycache__/workers.cpython-311.pyc"][16:])  # noqa: S302  (ours)
    assert code.co_filename == f"{WHERE_IT_RUNS}/chalicelib/workers.py"


def test_every_letter_is_set_beforehand(files):
    texts = [path for path in (ROOT / "chalicelib" / "mails").rglob("*") if path.suffix in TYPESET]
    set_ones = [name for name in files if name.startswith("chalicelib/mails/_set/tmpl_")]
    assert len(texts) >= len(FOLDERS) * len(LANGUAGES) * 3
    assert len({name for name in set_ones if name.endswith(".py")}) == len(texts)


# --- for either processor ----------------------------------------------------------------------------


@pytest.mark.parametrize("architecture", MACHINES)
def test_what_is_compiled_is_for_the_processor_that_was_asked_for(architecture):
    libraries = list(installed(architecture).rglob("*.so*"))
    assert libraries
    assert {struct.unpack("<H", path.read_bytes()[18:20])[0] for path in libraries} == {
        MACHINES[architecture]
    }


def test_but_for_that_both_packages_are_the_same():
    one, other = (
        {
            path.relative_to(folder): path.read_bytes()
            for path in folder.rglob("*")
            if path.is_file() and path.suffix != ".so"
        }
        for folder in map(installed, MACHINES)
    )
    assert one == other


def test_the_template_has_the_processor_the_zip_and_the_settings_of_a_rehearsal(built, stages):
    template = json.loads(built.template.read_text())
    functions = [each for each in template["Resources"].values() if each["Type"] == FUNCTION]
    assert len(functions) == len(stages["prod"].names(FUNCTION))
    assert {each["Properties"]["CodeUri"] for each in functions} == {"./deployment.zip"}
    assert len({tuple(each["Properties"]["Architectures"]) for each in functions}) == 1
    for each in functions:
        assert each["Properties"]["Environment"]["Variables"]["EXTRA"] == "for a rehearsal"


# --- the same bytes each time ------------------------------------------------------------------------


def test_whoever_builds_it_wherever_and_whenever_builds_the_same(built, tmp_path):
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONHASHSEED": "7",
        "LC_ALL": "C",
        "TZ": "Asia/Tokyo",
    }
    subprocess.run(  # noqa: S603  (our own tool)
        [
            *(sys.executable, "-m", "tools.package", "--stage", "prod", "--out", str(tmp_path)),
            *("--arch", _architecture(built), "--set", "EXTRA=for a rehearsal"),
        ],
        cwd=tmp_path,
        env=environment,
        umask=0o077,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    assert (tmp_path / "deployment.zip").read_bytes() == built.zip.read_bytes()
    assert (tmp_path / "sam.json").read_bytes() == built.template.read_bytes()


def test_bytecode_is_the_same_wherever_and_whenever_it_is_made(package, tmp_path):
    again = tmp_path / "elsewhere"
    for name in ("botocore", "jinja2"):
        shutil.copytree(package / name, again / name)
    for number, path in enumerate(again.rglob("*.py")):
        os.utime(path, (number, number))
    precompile(again)
    assert all(
        path.read_bytes() == (package / path.relative_to(again)).read_bytes() for path in again.rglob("*.pyc")
    )


def _architecture(built):
    template = json.loads(built.template.read_text())
    (architecture,) = template["Resources"]["APIHandler"]["Properties"]["Architectures"]
    return architecture


# --- from what is locked -----------------------------------------------------------------------------


def test_a_wheel_that_is_not_the_locked_one_is_not_taken(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text(f"six==1.17.0 --hash=sha256:{'0' * 64}\n")
    with pytest.raises(NotPackaged, match=r"(?i)do not match the hashes"):
        installed("arm64", lock=lock, build=tmp_path / "build")
    assert not list((tmp_path / "build").glob("dependencies-*"))


def test_what_has_no_hash_is_not_taken(tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text("six==1.17.0\n")
    with pytest.raises(NotPackaged, match=r"(?i)hash"):
        installed("arm64", lock=lock, build=tmp_path / "build")


def test_a_stage_or_a_processor_that_does_not_exist_is_refused_by_name(tmp_path):
    with pytest.raises(NotPackaged, match="the stages are dev, staging, prod"):
        build(stage="production", architecture="arm64", out=tmp_path)
    with pytest.raises(NotPackaged, match="Lambda has arm64 and x86_64"):
        build(stage="dev", architecture="riscv", out=tmp_path)


# --- nothing that was left out is missed -------------------------------------------------------------


# Libraries that load their parts late: nothing that they ask for may have been left out.
LATE = ("chalicelib", "cryptography", "jinja2", "jwt", "pynamodb", "stripe")
IMPORT_ALL = """
import importlib, pkgutil, sys
for name in sys.argv[1:]:
    package = importlib.import_module(name)
    for each in pkgutil.walk_packages(package.__path__, f"{name}."):
        importlib.import_module(each.name)
"""


def test_every_module_that_is_packaged_finds_what_it_imports(package):
    done = subprocess.run(  # noqa: S603  (our own script)
        [sys.executable, "-S", "-P", "-c", IMPORT_ALL, *LATE],
        env={"PYTHONPATH": str(package), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def made_by(path, given):
    """What `alone.py` makes in a process that sees these folders and nothing else."""
    done = subprocess.run(  # noqa: S603  (our own script)
        [sys.executable, "-S", str(ROOT / "tests" / "infra" / "alone.py")],
        input=json.dumps(given),
        env={
            "PYTHONPATH": os.pathsep.join(map(str, path)),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONWARNINGS": "error",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout.splitlines()[-1])
    return made.pop("from"), made


def test_the_package_alone_makes_what_the_whole_libraries_make(package):
    signs = generate_private_key(public_exponent=65537, key_size=2048)
    key = {**json.loads(RSAAlgorithm.to_jwk(signs.public_key())), "kid": "key", "use": "sig"}
    given = {
        "brand": asdict(LETTERHEAD),
        "samples": [(each.template, each.facts) for each in SAMPLES],
        "documents": [msgspec.json.encode(each).decode() for each in (FIRST, YEARLY)],
        "phones": ["(425) 555-0100", "+44 20 7946 0958", "+33 1 23 45 67 89", "911", "12"],
        "token": jwt.encode({"sub": "usr_1", "exp": int(time.time()) + 600}, signs, algorithm="RS256"),
        "keys": {"keys": [key]},
    }
    where, made = made_by([package], given)
    elsewhere, wanted = made_by([ROOT, Path(jwt.__file__).parents[1]], given)
    assert Path(where).is_relative_to(package)
    assert Path(elsewhere).is_relative_to(ROOT / "chalicelib")
    assert made == wanted
    assert len(made["letters"]) == 2 * len(SAMPLES)
    assert len(set(made["papers"])) == 4
    assert made["claims"]["sub"] == "usr_1"
    assert made["roots"]
