# Counts like lines of its input: mail addresses, long hexadecimal words and numbers are taken out before: counted [LINES].
counted() {
  sed -E 's/[[:alnum:]._+-]+@[[:alnum:].-]+/ADDRESS/g; s/[0-9a-f-]{8,}|[0-9]+/N/g' | sort | uniq -c | sort -rn |
    head -n "${1:-10}"
}
