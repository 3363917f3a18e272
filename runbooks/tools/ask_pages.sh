# Prints what each page answers and how long its parts took, in seconds since the beginning: ask_pages URL...
ask_pages() {
  parts='name %{time_namelookup} connect %{time_connect} tls %{time_appconnect} first byte %{time_starttransfer}'
  for url in "$@"; do
    curl -sS -o /dev/null --max-time 10 -w "%{http_code} %{time_total} s %{url} %{redirect_url} $parts\n" "$url"
  done
}
