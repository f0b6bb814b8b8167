# Sourced by what installs Debian packages. Debian starts a service as soon as it is installed; tests and measurements want the program alone.

# without_services COMMAND...: runs it under a policy that starts no service, which is taken away again. Whoever has a policy of their own keeps it.
without_services() (
  policy="${POLICY_RC_D:-/usr/sbin/policy-rc.d}"
  root=()
  [ "$(id -u)" -eq 0 ] || root=(sudo)
  if [ ! -e "$policy" ]; then
    # Left behind, it would keep every later package's service from starting as well.
    trap '"${root[@]}" rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM HUP
    printf '#!/bin/sh\n# For as long as packages are installed for tests.\nexit 101\n' | "${root[@]}" tee "$policy" >/dev/null
    "${root[@]}" chmod 755 "$policy"
  fi
  "$@"
)
