"""The PyFlink programs: read `sql/`, bind sources and sinks, submit."""
