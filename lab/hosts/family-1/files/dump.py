#!/usr/local/lib/mongo/bin/python
"""Dumps the application's database into a folder as mongodump --gzip would: BSON and metadata of each collection."""

import gzip
import sys
from pathlib import Path

from bson import json_util
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.read_preferences import SecondaryPreferred

DATABASE = "second_brain_database"
password = Path("/etc/mongod.admin").read_text(encoding="ascii").strip()
client = MongoClient(
    "family-1,family-2,family-3", replicaSet="rs0", username="admin", password=password,
    document_class=RawBSONDocument, serverSelectionTimeoutMS=5000,
)  # fmt: skip
db = client.get_database(DATABASE, read_preference=SecondaryPreferred())
folder = Path(sys.argv[1]) / DATABASE
folder.mkdir(parents=True)
for about in db.list_collections(filter={"type": "collection"}):
    name = about["name"]
    with gzip.open(folder / f"{name}.bson.gz", "wb", compresslevel=1) as file:
        for document in db[name].find():
            file.write(document.raw)
    metadata = {"indexes": list(client[DATABASE][name].list_indexes()), "collectionName": name, "type": "collection"}
    with gzip.open(folder / f"{name}.metadata.json.gz", "wt", encoding="utf-8") as file:
        file.write(json_util.dumps(metadata))
