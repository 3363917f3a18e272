# Of lines `backend/server address status`: the servers that answer an error while another of their backend answers well.
{ split($1, part, "/") }
$3 ~ /^[1-4]/ { well[part[1]] = 1 }
$3 ~ /^5/ { ill[$1] = part[1] }
END { for (server in ill) if (ill[server] in well) print server }
