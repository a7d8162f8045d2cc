"""Loads a CSV file into PostgreSQL with dlt at its fastest: Arrow batches, Parquet files, ADBC. Usage: dlt_load.py FILE URL"""

import sys

import dlt
from pyarrow import csv, string

path, url = sys.argv[1:]
columns = csv.open_csv(path).schema.names
as_text = csv.ConvertOptions(column_types={name: string() for name in columns})


@dlt.resource(name="peer_dlt", write_disposition="replace")
def rows():
    yield from csv.open_csv(path, convert_options=as_text)


dlt.pipeline("peer_dlt", destination=dlt.destinations.postgres(url), dataset_name="peer_dlt").run(
    rows(), loader_file_format="parquet"
)
