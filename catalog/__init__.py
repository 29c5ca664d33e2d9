"""What data exists: stream contracts, tables, migrations, settings and accounts."""
