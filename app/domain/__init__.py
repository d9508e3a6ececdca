"""Facts about the field as pure Python: no framework, database, file, network or clock."""
