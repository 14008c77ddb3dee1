"""What an installation is made from: .env.example, compose, image, proxy and scripts agree with the code.

No container engine is needed: the files are read, not run.
"""

import ast
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
# Read by the scripts or by docker compose itself, never by the settings.
NOT_SETTINGS = {"PORT", "SERVER_NAME"}
ENTRY_SCRIPTS = ["scripts/run", "scripts/test", "scripts/check", "scripts/bench", "scripts/manage", ".ci/run"]


def text(name: str) -> str:
    """A file of the repository."""
    return (ROOT / name).read_text(encoding="utf-8")


def settings_variables() -> set[str]:
    """Every variable eoffice/settings.py reads: the first argument of each `env.…("NAME", …)`."""
    found = set()
    for node in ast.walk(ast.parse(text("eoffice/settings.py"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            owner, name = node.func.value, node.args[0]
            if isinstance(owner, ast.Name) and owner.id == "env" and isinstance(name, ast.Constant):
                found.add(str(name.value))
    return found


def example_lines() -> list[str]:
    """The lines of .env.example that name a variable, commented or not."""
    return [line for line in text(".env.example").splitlines() if re.match(r"#?[A-Z][A-Z0-9_]*=", line)]


def compose() -> dict[str, Any]:
    """docker-compose.yml with its anchors and merges resolved."""
    loaded = yaml.safe_load(text("docker-compose.yml"))
    assert isinstance(loaded, dict)
    return loaded


def instructions() -> list[tuple[str, str]]:
    """The Dockerfile as (INSTRUCTION, arguments), continuation lines joined, comments left out."""
    lines = "\n".join(line for line in text("Dockerfile").splitlines() if not line.lstrip().startswith("#"))
    joined = re.sub(r"\\\n", " ", lines)
    return [(line.split()[0], line.split(maxsplit=1)[1].strip()) for line in joined.splitlines() if line.strip()]


def test_env_example_lists_exactly_what_is_read() -> None:
    listed = [line.lstrip("#").split("=")[0] for line in example_lines()]
    assert len(listed) == len(set(listed)), "a variable stands twice"
    assert set(listed) == settings_variables() | NOT_SETTINGS


def test_env_example_sets_nothing_by_itself() -> None:
    """Copied to .env untouched it changes no default: every value is commented out."""
    assert [line for line in example_lines() if not line.startswith("#")] == []


def test_compose_names_only_what_it_declares() -> None:
    loaded = compose()
    for name, service in loaded["services"].items():
        assert set(service.get("depends_on", [])) <= set(loaded["services"]), name
        assert set(service.get("secrets", [])) <= set(loaded["secrets"]), name
        assert set(service.get("networks", [])) <= set(loaded["networks"]), name
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert source in loaded["volumes"] or source.startswith("./deploy/"), f"{name}: {volume}"
        for variable, value in service.get("environment", {}).items():
            if variable.endswith("_FILE"):
                assert Path(value).name in service["secrets"], f"{name}: {variable}"


def test_compose_has_every_part_with_a_health_check() -> None:
    services = compose()["services"]
    assert {"postgres", "redis", "web", "worker", "beat", "proxy"} <= set(services)
    for name in ("postgres", "redis", "web", "worker", "beat", "proxy"):
        assert services[name]["healthcheck"]["test"], name
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]  # nothing else is reachable


@pytest.mark.parametrize("name", ["web", "worker", "beat", "migrate"])
def test_compose_runs_the_platform_safely(name: str) -> None:
    service = compose()["services"][name]
    environment = service["environment"]
    plain = {variable.removesuffix("_FILE") for variable in environment}
    assert plain <= settings_variables()
    assert {"SECRET_KEY_FILE", "DATABASE_URL_FILE", "KEY_ENCRYPTION_KEY_FILE", "PID_HASH_KEY_FILE"} <= set(environment)
    assert (environment["EOFFICE_DEMO"], environment["DEBUG"], environment["HTTPS"]) == ("off", "off", "on")
    assert service["cap_drop"] == ["ALL"]


def test_the_database_of_compose_sorts_as_the_embedded_one() -> None:
    arguments = compose()["services"]["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert "--locale-provider=builtin --builtin-locale=C.UTF-8" in arguments
    assert compose()["services"]["postgres"]["image"].startswith("postgres:18")


def test_dockerfile_copies_what_exists_and_runs_as_nobody_special() -> None:
    stages: list[str] = []
    for instruction, arguments in instructions():
        assert re.fullmatch(r"FROM|RUN|COPY|ENV|WORKDIR|USER|VOLUME|EXPOSE|CMD", instruction), instruction
        if instruction == "FROM" and " AS " in arguments:
            stages.append(arguments.split(" AS ")[1])
        if instruction == "COPY":
            *sources, _ = [part for part in arguments.split() if not part.startswith("--")]
            stage = re.search(r"--from=(\S+)", arguments)
            if stage:
                assert stage[1] in stages
            else:
                assert all((ROOT / source).exists() for source in sources), arguments
    kinds = [instruction for instruction, _ in instructions()]
    assert kinds[0] == "FROM"
    assert dict(instructions())["USER"] not in ("root", "0")
    assert kinds.index("USER") > max(at for at, kind in enumerate(kinds) if kind in ("RUN", "COPY"))


def test_the_image_has_the_debian_packages_the_scripts_install() -> None:
    scripts = re.findall(r'^(?:PANGO|DOCUMENTS)="([^"]+)"', text("scripts/lib.sh"), re.MULTILINE)
    assert len(scripts) == 2
    for package in " ".join(scripts).split():
        assert package in text("Dockerfile"), package


def test_no_secret_can_reach_the_image_or_the_repository() -> None:
    for name in ("deploy/secrets", "deploy/tls", ".env"):
        assert re.search(rf"^/?{re.escape(name)}/?$", text(".dockerignore"), re.MULTILINE), name
        assert re.search(rf"^/?{re.escape(name)}/?$", text(".gitignore"), re.MULTILINE), name


def test_make_secrets_writes_each_secret_once(tmp_path: Path) -> None:
    shutil.copy(ROOT / "deploy" / "make-secrets", tmp_path)

    def written_now() -> dict[str, str]:
        subprocess.run([tmp_path / "make-secrets"], check=True, capture_output=True)
        return {path.name: path.read_text(encoding="ascii") for path in (tmp_path / "secrets").iterdir()}

    written = written_now()
    assert written_now() == written
    assert set(written) == set(compose()["secrets"])
    assert written["database_url"] == f"postgres://eoffice:{written['postgres_password']}@postgres:5432/eoffice"
    assert len(written["secret_key"]) >= 50
    assert "\n" not in "".join(written.values())


def test_the_proxy_is_told_what_its_template_asks_for() -> None:
    template = text("deploy/nginx.conf.template")
    code = "\n".join(line.split("#")[0] for line in template.splitlines())
    assert code.count("{") == code.count("}")
    proxy = compose()["services"]["proxy"]
    assert set(re.findall(r"\$\{([A-Z_]+)\}", code)) == set(proxy["environment"])
    mounted = [volume.split(":")[1] for volume in proxy["volumes"]]
    for certificate in re.findall(r"ssl_certificate(?:_key)? (\S+);", code):
        assert str(Path(certificate).parent) in mounted
    assert "proxy_set_header X-Forwarded-Proto https;" in code
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in code  # one trusted hop: nothing a client says is kept


@pytest.mark.parametrize("name", [*ENTRY_SCRIPTS, "deploy/make-secrets"])
def test_entry_scripts_can_be_run_and_parsed(name: str) -> None:
    path = ROOT / name
    assert path.stat().st_mode & 0o111
    assert text(name).startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in text(name)
    subprocess.run(["bash", "-n", path], check=True)


def test_ci_ends_with_the_tests() -> None:
    steps = re.findall(r"scripts/(?:check|run --check|test)$", text(".ci/run"), re.MULTILINE)
    assert steps == ["scripts/check", "scripts/run --check", "scripts/test"]
    assert text(".ci/run").rstrip().endswith("scripts/test")


def test_the_fonts_are_whole_and_summed() -> None:
    rows = [line.split() for line in text("scripts/sarabun.txt").splitlines() if not line.startswith("#")]
    assert {name for _, _, name in rows if name.endswith(".ttf")} == {
        f"Sarabun-{style}.ttf" for style in ("Regular", "Italic", "Medium", "SemiBold", "Bold", "BoldItalic")
    }
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest, _, _ in rows)
    assert any("LICENSE" in name for _, _, name in rows)
