# What building needs of a machine, and how it gets there: shared by ./toymodels and ./verify.

have() { command -v "$1" >/dev/null 2>&1; }

# Whether packages can be installed without asking anybody.
may_install() { have apt-get && [ "$(id -u)" = 0 ]; }

# The oldest JDK that will do of those that this Debian or Ubuntu offers.
jdk_package() {
  local version
  for version in 17 21 25; do
    if apt-cache show "openjdk-$version-jdk-headless" 2>/dev/null | grep -q '^Version:'; then
      echo "openjdk-$version-jdk-headless"
      return
    fi
  done
  echo default-jdk-headless
}

# Installs packages by apt, all output to a log: install_packages LOG PACKAGE...
install_packages() {
  local log=$1
  shift
  DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" </dev/null >>"$log" 2>&1
}

refresh_packages() { # LOG
  DEBIAN_FRONTEND=noninteractive apt-get update </dev/null >"$1" 2>&1
}

# The one command that installs a JDK ("jdk"), Maven ("maven"), or both here.
install_command() {
  local word names=()
  if have apt-get; then
    for word in "$@"; do
      case $word in jdk) names+=("$(jdk_package)") ;; *) names+=("$word") ;; esac
    done
    local apt="apt-get install -y --no-install-recommends ${names[*]}"
    if [ "$(id -u)" = 0 ]; then echo "apt-get update && $apt"; else echo "sudo apt-get update && sudo $apt"; fi
  elif have dnf; then
    for word in "$@"; do
      case $word in jdk) names+=(java-latest-openjdk-devel) ;; *) names+=("$word") ;; esac
    done
    echo "sudo dnf install -y ${names[*]}"
  elif have brew; then
    for word in "$@"; do
      case $word in jdk) names+=(openjdk) ;; *) names+=("$word") ;; esac
    done
    echo "brew install ${names[*]}"
  else
    for word in "$@"; do
      case $word in
        jdk) names+=("a JDK of version 17 or newer (https://adoptium.net)") ;;
        *) names+=("Maven (https://maven.apache.org)") ;;
      esac
    done
    echo "install ${names[0]}${names[1]:+ and ${names[1]}}"
  fi
}
