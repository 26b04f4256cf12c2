# Read by every page: `field NAME DEFAULT` gives a field of the query, of plain characters only.
field() {
  value=$(printf '%s' "$QUERY_STRING" | tr '&' '\n' | sed -n "s/^$1=//p" | head -n 1)
  case "$value" in *[!A-Za-z0-9.:/_-]*) value="" ;; esac
  printf '%s' "${value:-$2}"
}
json() { printf 'Content-Type: application/json\r\n\r\n'; }
