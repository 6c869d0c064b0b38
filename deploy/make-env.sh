#!/bin/sh
# Writes .env with secrets of your own for docker-compose.yml. What is there already is left alone.
set -eu
cd "$(dirname "$0")/.."
if [ -e .env ]; then
  echo ".env exists already and is left as it is." >&2
  exit 1
fi
secret() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
umask 077
{
  echo "POSTGRES_PASSWORD=$(secret)"
  echo "NEXTAUTH_SECRET=$(secret)"
  echo "NEXTAUTH_URL=http://127.0.0.1:3000"
} >.env
echo "Wrote .env; keep it to yourself."
