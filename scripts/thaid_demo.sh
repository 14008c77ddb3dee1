# ThaiD (จำลอง): the modules of accounts/demo_provider by its npm lock (integrity hashes, no registry address).
# Sourced by lib.sh; `prepare_thaid_demo` after prepare_venv. Without it everything works but ThaiD in the demo.

OLDEST_NODE=20.19

prepare_thaid_demo() {
  local into="$CACHE/thaid-demo" lock=accounts/demo_provider/package-lock.json failed="$CACHE/thaid-demo-failed" want
  want="$(sha256sum <"$lock")"
  if [ "$(cat "$into/.lock" 2>/dev/null)" = "$want" ] && node_is_new_enough; then
    return 0
  fi
  [ -z "$(find "$failed" -mmin -60 2>/dev/null)" ] || return 0 # tried within the hour
  say "กำลังนำ ThaiD (จำลอง) จาก npm"
  if fetch_thaid_demo "$into"; then
    printf '%s\n' "$want" >"$into/.lock"
    rm -f "$failed"
  else
    touch "$failed"
    say "ติดตั้ง ThaiD (จำลอง) ไม่สำเร็จ (ดู $CACHE/thaid-demo.log) การสาธิตทำงานต่อโดยไม่มี ThaiD และจะลองใหม่ในอีกหนึ่งชั่วโมง"
  fi
}

node_is_new_enough() {
  local name
  for name in node "$CACHE/node/bin/node"; do
    "$name" -e "const [a, b] = process.versions.node.split('.').map(Number), [c, d] = '$OLDEST_NODE'.split('.').map(Number);
      process.exit(a > c || (a === c && b >= d) ? 0 : 1)" 2>/dev/null && return 0
  done
  return 1
}

fetch_thaid_demo() {
  local into="$1" npm=(npm)
  if ! node_is_new_enough || ! npm --version >/dev/null 2>&1; then
    [ -x "$CACHE/node/bin/npm" ] || npm_from_wheel || return 1
    npm=(env "PATH=$CACHE/node/bin:$PATH" "$CACHE/node/bin/npm")
  fi
  rm -rf "$into" && mkdir -p "$into" && cp accounts/demo_provider/package.json accounts/demo_provider/package-lock.json "$into" &&
    "${npm[@]}" ci --prefix "$into" --ignore-scripts --omit=dev --no-audit --no-fund --loglevel error \
      --fetch-retries 1 --fetch-timeout 60000 >"$CACHE/thaid-demo.log" 2>&1
}
