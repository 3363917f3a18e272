#!/usr/local/lib/mongo/bin/python
"""Tries a restore: loads a dump into a database of its own, says how many documents came back, and drops it."""

import gzip
import sys
from pathlib import Path

import bson
from pymongo import MongoClient
from pymongo.errors import PyMongoError

folder = Path(sys.argv[1])
password = Path("/etc/mongod.admin").read_text(encoding="ascii").strip()
client = MongoClient(
    "family-1,family-2,family-3", replicaSet="rs0", username="admin", password=password, serverSelectionTimeoutMS=20000
)
db = client.restore_test
try:
    for path in sorted(folder.glob("*/*.bson.gz")):
        with gzip.open(path) as file:
            documents = list(bson.decode_file_iter(file))
        # An empty collection is a collection, too, and nothing that could be inserted.
        if documents:
            db[path.name.removesuffix(".bson.gz")].insert_many(documents)
    count = sum(db[name].count_documents({}) for name in db.list_collection_names())
    print(f"restored {folder.name}: {count} documents")
except (PyMongoError, bson.errors.InvalidBSON, OSError) as error:
    print(f"FAILED {folder.name}: {str(error)[:150]}")
finally:
    client.drop_database(db)
