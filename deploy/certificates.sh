#!/bin/sh
# An authority and a certificate for each node of the event store, as it wants them: the common name of all nodes is the
# same, and a node is a client of the others, too. What is there already stays, so that a node can be added later.
# usage: sh deploy/certificates.sh [FOLDER [NAME ...]]; names by which the nodes, and the services, are reached.
set -eu
folder=${1:-deploy/certs}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- node1 node2 node3 service1 service2
days=825
mkdir -p "$folder/ca"

if [ ! -f "$folder/ca/ca.key" ]; then
  (umask 077 && openssl genrsa -out "$folder/ca/ca.key" 3072 2>/dev/null)
  openssl req -x509 -new -sha256 -key "$folder/ca/ca.key" -days 3650 -out "$folder/ca/ca.crt" \
    -subj "/O=Mingzhang/CN=Mingzhang event store CA" \
    -addext "basicConstraints=critical,CA:TRUE,pathlen:0" -addext "keyUsage=critical,keyCertSign,cRLSign"
fi

for node in "$@"; do
  mkdir -p "$folder/$node"
  [ -f "$folder/$node/node.crt" ] && continue
  (umask 077 && openssl genrsa -out "$folder/$node/node.key" 3072 2>/dev/null)
  openssl req -new -sha256 -key "$folder/$node/node.key" -subj "/CN=eventstoredb-node" -out "$folder/$node/node.csr"
  printf '%s\n' "basicConstraints=critical,CA:FALSE" "keyUsage=critical,digitalSignature,keyEncipherment" \
    "extendedKeyUsage=serverAuth,clientAuth" "subjectAltName=DNS:$node,DNS:localhost,IP:127.0.0.1" >"$folder/$node/node.ext"
  openssl x509 -req -sha256 -in "$folder/$node/node.csr" -CA "$folder/ca/ca.crt" -CAkey "$folder/ca/ca.key" \
    -CAcreateserial -days $days -extfile "$folder/$node/node.ext" -out "$folder/$node/node.crt" 2>/dev/null
  rm "$folder/$node/node.csr" "$folder/$node/node.ext"
done
# The nodes run as a user of their own in their containers (1000); the authority's key stays with whoever made it.
[ "$(id -u)" = 0 ] && for node in "$@"; do chown -R 1000:1000 "$folder/$node"; done
echo "certificates: $folder (keep $folder/ca/ca.key away from the servers)"
