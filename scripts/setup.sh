# Sourced by run.sh and test.sh: what both need on a bare Debian 12 with the .NET SDK.
. ./scripts/without-services.sh

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

say() { printf '== %s\n' "$*"; }

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

need_dotnet() {
  command -v dotnet >/dev/null || fail "The .NET SDK is missing: install version 10.0 (package dotnet-sdk-10.0) and run this again."
  dotnet --version >/dev/null 2>&1 || fail "No .NET SDK that global.json takes was found: install version 10.0 (see 'dotnet --list-sdks')."
}

# Installs Debian packages. Each argument is package:proof, where the proof is a command, an absolute path or a shared library; what is there is left alone.
need_packages() {
  local missing=() item package proof
  for item in "$@"; do
    package="${item%%:*}"
    proof="${item#*:}"
    case "$proof" in
      /*) compgen -G "$proof" >/dev/null || missing+=("$package") ;;
      *.so*) ldconfig -p 2>/dev/null | grep -qF "$proof" || /sbin/ldconfig -p | grep -qF "$proof" || missing+=("$package") ;;
      *) command -v "$proof" >/dev/null || missing+=("$package") ;;
    esac
  done
  [ ${#missing[@]} -eq 0 ] && return 0
  command -v apt-get >/dev/null || fail "These packages are missing and there is no apt-get to install them: ${missing[*]}"
  local sudo=""
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "These packages are missing: ${missing[*]}. Install them as root: apt-get install ${missing[*]}"
    sudo=sudo
  fi
  say "Installing ${missing[*]}"
  local try
  for try in 1 2 3; do
    if $sudo apt-get -o DPkg::Lock::Timeout=500 update -qq \
      && without_services $sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=500 install -y -qq --no-install-recommends "${missing[@]}" >/dev/null; then
      return 0
    fi
    sleep $((try * 5))
  done
  fail "Installing ${missing[*]} failed three times. The messages above say why; once it is mended, run this again."
}

# Installs what a folder's package-lock.json names, unless it is there already.
need_npm() {
  local folder="$1" try
  [ -f "$folder/node_modules/.package-lock.json" ] && [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ] && return 0
  say "Installing the npm packages of $folder"
  for try in 1 2 3; do
    npm ci --prefix "$folder" --no-audit --no-fund --loglevel=error >&2 && return 0
    sleep $((try * 5))
  done
  fail "Installing the npm packages of $folder failed three times. The messages above say why; once it is mended, run this again."
}
